//! In: the test blocks of loaded policies. Out: which hold and which do not, and why. Never here: printing.
