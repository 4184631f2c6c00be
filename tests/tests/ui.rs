//! What the macros say to mistakes, and what they accept.
//!
//! Each file under `fail/` holds one mistake and, beside it, the one error it causes: at the user's token, with what to
//! write instead. Each file under `pass/` compiles and its `main` runs.

#[test]
fn each_mistake_is_told_once_at_its_token() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/fail/*.rs");
    // With `inventory` another trait is what keeps a row from being anything, so the compiler says it in other words.
    if cfg!(not(feature = "inventory")) {
        cases.compile_fail("tests/ui/*/fail_linker/*.rs");
    }
}

#[test]
fn what_is_right_compiles_and_runs() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/*/pass/*.rs");
}
