//! Byte arrays that lie, contract suites, models and generators for docfile's own tests.
