// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace troupe::apps {

/// troupe-jobs unpack: many archives at once, each in a process of its own, so that one which
/// brings its reader down harms no other. Takes: argc and argv from "unpack" on. Returns: the exit
/// code.
int jobs_unpack_main(int argc, char** argv);

/// troupe-jobs unpack-one: what unpack runs for each archive.
int jobs_unpack_one_main(int argc, char** argv);

} // namespace troupe::apps
