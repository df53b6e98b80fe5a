//! Document objects: what a document is, and what of it can be shown from the parts that are here.
//!
//! Everything here is pure: an object reads a nonblocking storage, answers what it can show, and
//! names the bytes that it lacks.
