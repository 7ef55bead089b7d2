// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// troupe-jobs play: songs, one after the other, by whichever player is there.
/// Takes: argc and argv from "play" on. Returns: the exit code.
/// Source: the tutorial's subprocess chapter, which starts a player.
int jobs_play_main(int argc, char** argv);

} // namespace troupe::apps
