// SPDX-License-Identifier: Apache-2.0
// A child process that answers lines, and is started again when it has ended.
// It ends by itself, or because an answer takes too long; whoever asked is told by an exception.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

namespace lockstep {

class Child {
 public:
  /// Starts `command` in a shell. Its first line is `lockstep-pipe 1`, with the deviations that it declares behind it.
  explicit Child(const char* command);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// How many have ended before this one. A process that was forked has a child of its own.
  std::size_t number() {
    leave_to_the_parent();
    return number_;
  }
  bool declares(const std::string& deviation) const;
  /// The line that it answers to this one, without its end. Throws std::runtime_error, and starts another child, if it
  /// ends before, or does not answer in time.
  std::string ask(const std::string& line);

 private:
  void start();
  void write_line(const std::string& line);
  void leave_to_the_parent();
  std::string read_line();
  [[noreturn]] void give_up(const std::string& why);
  void end();

  std::string command_;
  std::size_t number_ = 0;
  pid_t pid_ = -1;
  pid_t owner_ = -1;  // who has started it
  int to_ = -1;
  int from_ = -1;
  std::string unread_;
  std::vector<std::string> declared_;
};

}  // namespace lockstep
