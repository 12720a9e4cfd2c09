//! In: the parser. Out: its tests. Never here: other stages.
