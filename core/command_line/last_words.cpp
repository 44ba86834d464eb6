// SPDX-License-Identifier: Apache-2.0
#include "command_line/last_words.h"

#include <unistd.h>

#include <csignal>
#include <initializer_list>

namespace lockstep {
namespace {

void (*words)() = nullptr;

void on_crash(int signal_number) {
  constexpr unsigned most_seconds = 5;
  std::signal(signal_number, SIG_DFL);
  std::signal(SIGALRM, SIG_DFL);
  alarm(most_seconds);
  words();
  std::raise(signal_number);
}

}  // namespace

void tell_of_crashes(void (*write_words)()) {
  words = write_words;
  for (const int signal_number : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV}) {
    struct sigaction current = {};
    if (sigaction(signal_number, nullptr, &current) == 0 && current.sa_handler == SIG_DFL)
      std::signal(signal_number, on_crash);
  }
}

}  // namespace lockstep
