//! Files that are made to take much memory or time. Allocations stay below a small multiple of the file's size, and a
//! file of twice the size takes about twice the time.

mod forge;
#[allow(dead_code, reason = "programs that are not drawn here")]
#[path = "graph/programs.rs"]
mod programs;

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use events_cli::binary::{self, Problem};
use events_cli::commands::asyncapi::{Info, document};
use events_cli::commands::graph::{Detail, Drawing, Form};
use events_cli::model::Program;
use events_record::{kind, shape, tag, write};
use forge::{object, record};
use object::BinaryFormat;

/// Counts the allocated bytes, and the most that there ever were.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is forwarded to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Held by tests that measure the allocations of all threads, or time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The greatest number of bytes that were allocated at once during `run`.
fn peak(run: impl FnOnce()) -> usize {
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    run();
    PEAK.load(Relaxed) - before
}

/// How many times the size of its file a program may take in memory: when it is read, and when everything is made from
/// it. A field takes 10 bytes in the file, and its schema about a hundred values of 8 bytes.
const MULTIPLE: (usize, usize) = (64, 320);

/// The size of the files. One of this size once took 1.97 GB.
const SIZE: usize = 380_000;

fn file(name: &str, records: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("size-{name}"));
    std::fs::write(&path, object(BinaryFormat::Elf, records)).unwrap();
    path
}

fn place(module: &str) -> Vec<u8> {
    format!("{module}\0src/lib.rs").into_bytes()
}

/// The record of an event with this name and these additional fields.
fn event(name: &str, more: &[(u8, &[u8])]) -> Vec<u8> {
    let place = place("shop");
    let common: [(u8, &[u8]); 3] = [(tag::IDS, &[1; 16]), (tag::PLACE, &place), (tag::NAME, name.as_bytes())];
    record(kind::EVENT, &[&common, more].concat())
}

/// A field of an event, as it is in the event's record.
fn field(name: &str, ty: &str, serde: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (tag, text) in [(tag::FIELD_NAME, name), (tag::FIELD_TYPE, ty), (tag::SERDE, serde)] {
        if !text.is_empty() {
            write::text(&mut bytes, tag, text);
        }
    }
    bytes
}

/// Repeats a part, with another number each time, until the file has its size.
fn filled(mut part: impl FnMut(usize) -> Vec<u8>) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut size = 0;
    while size < SIZE {
        let one = part(all.len());
        size += one.len() + 4;
        all.push(one);
    }
    all
}

fn with_fields(fields: &[Vec<u8>], shape: u64) -> Vec<u8> {
    let mut more: Vec<(u8, &[u8])> = fields.iter().map(|field| (tag::FIELD, field.as_slice())).collect();
    let shape = [shape as u8];
    more.push((tag::SHAPE, &shape));
    event("Paid", &more)
}

/// Makes everything from a program. Returns whether the file is a program.
fn use_all(path: &Path) -> bool {
    let program = match binary::read(path) {
        Ok(program) => program,
        Err(error) => {
            assert!(matches!(error.problem, Problem::Repetitive), "{error}");
            return false;
        }
    };
    drop(document(&program, &Info { title: "size".to_owned(), version: "1".to_owned() }));
    for form in [Form::Mermaid, Form::Dot, Form::Svg, Form::Html] {
        for detail in [Detail::Auto, Detail::Handlers, Detail::Crates] {
            Drawing { title: "size", shown: &program, whole: &program }.draw(form, detail).unwrap();
        }
    }
    let mut changed = program.clone();
    changed.events.iter_mut().for_each(|event| event.fields.truncate(1));
    drop(events_cli::commands::diff::compare(&program, &changed));
    true
}

#[test]
fn memory_is_a_small_multiple_of_the_file() {
    let _guard = ONE_AT_A_TIME.lock();
    let long = "long".repeat(SIZE / 8);
    let handler = |emits: usize| {
        let place = place("shop");
        let ids = vec![1; 16 * (1 + emits)];
        let mut fields: Vec<(u8, &[u8])> = vec![(tag::IDS, &ids), (tag::PLACE, &place), (tag::NAME, b"h")];
        fields.extend((0..emits).map(|_| (tag::EMITS, &b""[..])));
        record(kind::HANDLER, &fields)
    };
    let aliases = |ty: &str| {
        let aliases: Vec<String> = (0..SIZE / 24).map(|at| format!("alias=\"{at}\"")).collect();
        field(&"n".repeat(SIZE / 4), ty, &aliases.join(","))
    };
    let nested = format!("{}u8{}", "Vec<".repeat(20), ">".repeat(20));
    let wide = format!("({})", "u8,".repeat(SIZE / 3));
    let mut variants = filled(|at| field(&format!("A.f{at}"), "u8", ""));
    let renamed: Vec<String> = (0..4_000).map(|at| format!("alias=\"{at}\"")).collect();
    let mut one = field("A.f", "u8", "");
    write::text(&mut one, tag::VARIANT_SERDE, &renamed.join(","));
    variants.insert(0, one);
    for (name, is_read, records) in [
        ("many emissions of one long name", false, [event(&long, &[]), handler(SIZE / 2 / 18)].concat()),
        ("many handlers of one long name", false, {
            let handlers = filled(|_| handler(0));
            [event(&long, &[]), handlers.concat()].concat()
        }),
        ("many aliases of one long field", true, with_fields(&[aliases("u64")], shape::STRUCT)),
        ("many aliases of a deep type", true, with_fields(&[aliases(&nested)], shape::STRUCT)),
        ("many fields", true, with_fields(&filled(|at| field(&at.to_string(), "u8", "")), shape::STRUCT)),
        ("many fields of one name", true, with_fields(&filled(|_| field("a", "u8", "")), shape::STRUCT)),
        ("many places", true, with_fields(&filled(|at| field(&at.to_string(), "u8", "")), shape::TUPLE)),
        ("many attributes", true, {
            let all = vec![(tag::SERDE, &b""[..]); SIZE / 2];
            event("Paid", &all)
        }),
        ("many variants", true, with_fields(&filled(|at| field(&format!("A{at}"), "", "")), shape::ENUM)),
        ("many names of one large variant", true, with_fields(&variants, shape::ENUM)),
        ("deep types", true, with_fields(&filled(|at| field(&at.to_string(), &nested, "")), shape::STRUCT)),
        ("one wide type", true, with_fields(&[field("a", &wide, "")], shape::STRUCT)),
        ("many handlers", true, [event("Paid", &[]), filled(|_| handler(0)).concat()].concat()),
        ("many emissions", true, [event("Paid", &[]), filled(|_| handler(20)).concat()].concat()),
    ] {
        let path = file(&name.replace(' ', "-"), &records);
        let size = records.len();
        let mut read = false;
        let (reading, using) = (peak(|| drop(binary::read(&path))), peak(|| read = use_all(&path)));
        println!("{name}: {size} bytes; {} times to read it, {} times for all", reading / size, using / size);
        assert_eq!(read, is_read, "{name}");
        assert!(reading < MULTIPLE.0 * size, "{name}: {reading} bytes of memory to read {size}");
        assert!(using < MULTIPLE.1 * size, "{name}: {using} bytes of memory for {size}");
    }
}

/// A program with this many crates. Each has an event, which is handled there and in the next crate by handlers that
/// emit a later event.
fn crates(count: usize) -> Program {
    let name = |at: usize| format!("crate_{:05}", at % count);
    let events = (0..count).map(|at| {
        let path = format!("{}::Event", name(at));
        let emits = format!("{}::Event", name(at * 7 + 1));
        let handlers = [at, at + 1].map(|at| {
            let path = format!("{}::on_{at}", name(at));
            programs::handler(&path, 0, &[&emits])
        });
        programs::event(&path, &path, handlers.into())
    });
    programs::program(events.collect())
}

/// The processor time of this thread, which other programs do not affect. The elapsed time if the system does not
/// report it.
fn used(begin: Instant) -> Duration {
    // The statistics are updated when the thread is switched.
    std::thread::yield_now();
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = statistics.split_whitespace().next().and_then(|text| text.parse().ok());
    nanoseconds.map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

/// The shortest of three runs.
fn time(mut run: impl FnMut()) -> Duration {
    let begin = Instant::now();
    let times = (0..3).map(|_| {
        let before = used(begin);
        run();
        used(begin) - before
    });
    times.min().unwrap_or_default()
}

/// A function that makes something from a program, with its name.
type Way = (String, Box<dyn Fn(&Program)>);

#[test]
fn time_grows_with_the_number_of_crates_and_not_with_its_square() {
    let _guard = ONE_AT_A_TIME.lock();
    let (few, many) = (crates(100), crates(800));
    let mut ways: Vec<Way> = Vec::new();
    for form in [Form::Mermaid, Form::Dot, Form::Svg, Form::Html] {
        for detail in [Detail::Handlers, Detail::Events, Detail::Crates] {
            let draw = move |program: &Program| {
                let drawing = Drawing { title: "crates", shown: program, whole: program };
                drop(drawing.draw(form, detail).unwrap());
            };
            ways.push((format!("{form:?} {detail:?}"), Box::new(draw)));
        }
    }
    let info = Info { title: "crates".to_owned(), version: "1".to_owned() };
    ways.push(("AsyncAPI".to_owned(), Box::new(move |program| drop(document(program, &info)))));
    for (name, way) in ways {
        let (short, long) = (time(|| way(&few)), time(|| way(&many)));
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        println!("{name}: {short:?} for 100 crates, {long:?} for 800, {ratio:.1} times");
        // Eight times as many crates take eight times as long, and more because of caches. Quadratic time would be
        // sixty-four times.
        assert!(ratio < 32.0, "{name}: {short:?} for 100 crates and {long:?} for 800");
    }
}
