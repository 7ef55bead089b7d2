// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// troupe-bank race: plays the tutorial's race with one engine, tells the first round (and the
/// first that broke) line by line, and counts how often the account was left wrong. With --orders:
/// every delivery order of the actors' messages; with --order N: one of them again. Returns: the
/// exit code. 0 also where `none` and `actor-get-then-set` break, and where naive locks meet a
/// deadlock, since that is what they are here to show; 1 if an engine broke that must not.
int bank_race(int argc, char** argv);

} // namespace troupe::apps
