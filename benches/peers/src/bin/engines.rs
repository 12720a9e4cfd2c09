//! In: persons. Out: what other rule engines need for them. Never here: polc.

#[path = "../cel.rs"]
mod cel;
#[path = "../data.rs"]
#[allow(dead_code)]
mod data;
#[path = "../regorus.rs"]
mod regorus;
#[path = "../serve.rs"]
mod serve;
#[path = "../words.rs"]
mod words;
#[path = "../zen.rs"]
mod zen;

fn main() {
    serve::serve(&[
        ("cel", || Box::new(cel::Cel::new())),
        ("regorus", || Box::new(regorus::Regorus::new())),
        ("zen", || Box::new(zen::Zen::new())),
    ]);
}
