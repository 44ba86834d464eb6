// SPDX-License-Identifier: Apache-2.0
#include "child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace lockstep {
namespace {

/// How long an answer may take: four seconds, less than a program that is run isolated, or what LOCKSTEP_PIPE_SECONDS
/// in the environment says.
int most_milliseconds() {
  const char* const seconds = std::getenv("LOCKSTEP_PIPE_SECONDS");
  return seconds != nullptr ? std::max(1, std::atoi(seconds)) * 1000 : 4'000;
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

Child::Child(const char* command) {
  if (command == nullptr) throw std::runtime_error("LOCKSTEP_PIPE does not say which command to run");
  command_ = command;
  std::signal(SIGPIPE, SIG_IGN);  // a child that has ended is told by what is read
  start();
}

Child::~Child() {
  leave_to_the_parent();
  end();
}

void Child::leave_to_the_parent() {
  if (pid_ < 0 || owner_ == getpid()) return;
  close(to_);
  close(from_);
  pid_ = -1;
  ++number_;
}

void Child::start() {
  std::array<int, 2> to{};
  std::array<int, 2> from{};
  if (pipe(to.data()) != 0 || pipe(from.data()) != 0) fail("pipe");
  owner_ = getpid();
  pid_ = fork();
  if (pid_ < 0) fail("fork");
  if (pid_ == 0) {
    setpgid(0, 0);  // so that what the shell starts is ended, too
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    for (const int descriptor : {to[0], to[1], from[0], from[1]}) close(descriptor);
    execl("/bin/sh", "sh", "-c", command_.c_str(), nullptr);
    _exit(127);
  }
  setpgid(pid_, pid_);
  close(to[0]);
  close(from[1]);
  to_ = to[1];
  fcntl(to_, F_SETFL, O_NONBLOCK);  // a child that reads no more is one that does not answer
  from_ = from[0];
  unread_.clear();
  std::istringstream words(read_line());
  std::string name;
  std::string version;
  words >> name >> version;
  if (name != "lockstep-pipe" || version != "1") {
    end();
    throw std::runtime_error("LOCKSTEP_PIPE: the first line is not `lockstep-pipe 1`: " + name + " " + version);
  }
  declared_.clear();
  for (std::string word; words >> word;) declared_.push_back(word);
}

void Child::end() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  close(to_);
  close(from_);
  pid_ = -1;
  ++number_;
}

bool Child::declares(const std::string& deviation) const {
  return std::find(declared_.begin(), declared_.end(), deviation) != declared_.end();
}

void Child::give_up(const std::string& why) {
  end();
  throw std::runtime_error("the child " + why);
}

std::string Child::read_line() {
  for (;;) {
    if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    pollfd readable = {from_, POLLIN, 0};
    const int ready = poll(&readable, 1, most_milliseconds());
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) give_up("did not answer in time");
    std::array<char, 65536> some{};
    const ssize_t count = read(from_, some.data(), some.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) give_up("has ended");
    unread_.append(some.data(), static_cast<std::size_t>(count));
  }
}

void Child::write_line(const std::string& line) {
  const std::string whole = line + "\n";
  for (std::size_t done = 0; done < whole.size();) {
    pollfd writable = {to_, POLLOUT, 0};
    const int ready = poll(&writable, 1, most_milliseconds());
    if (ready == 0) give_up("did not read in time");
    const ssize_t count = ready < 0 ? -1 : write(to_, whole.data() + done, whole.size() - done);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return;  // it has ended, as reading tells
    done += static_cast<std::size_t>(count);
  }
}

std::string Child::ask(const std::string& line) {
  leave_to_the_parent();
  if (pid_ < 0) start();
  write_line(line);
  return read_line();
}

}  // namespace lockstep
