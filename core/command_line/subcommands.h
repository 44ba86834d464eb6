// SPDX-License-Identifier: Apache-2.0
// The subcommands of the tester, one function each.
// Each lies beside what it runs, in fuzz/ or props/, which need not know each other; fuzz/tester.cpp lists them.
#pragma once

namespace lockstep::subcommand {

// argv[0] is the executable, as it was called, and the options follow. Each answers the code to exit with.
int random(int argc, char** argv);
int replay(int argc, char** argv);
int reduce(int argc, char** argv);
int enumerate(int argc, char** argv);
int tags(int argc, char** argv);
int bugs(int argc, char** argv);

}  // namespace lockstep::subcommand
