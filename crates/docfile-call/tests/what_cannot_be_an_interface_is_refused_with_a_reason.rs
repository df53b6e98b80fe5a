//! contract/calls.md 1 and 2: what cannot be an interface does not compile, and the compiler says
//! why. The texts are compared whole with those beside the cases in `refused`. What only the types
//! tell is shown at `proxy::Parameter`, `proxy::Methods` and `proxy::AsyncMethods`.

#[test]
fn the_compiler_says_why() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/refused/*.rs");
}
