//! `cargo events`.

fn main() -> std::process::ExitCode {
    events_cli::main(std::env::args_os())
}
