//! In: entries, whole and damaged. Out: whether they are believed only where they may be. Never here: what a verb prints.
