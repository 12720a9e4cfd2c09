//! In: answers as data. Out: text a clerk can read aloud. Never here: evaluating.
