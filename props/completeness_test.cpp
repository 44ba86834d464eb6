// Every public function of the library is in the language, or in a short list with the reason why not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lockstep/language/operation.h"

namespace lockstep {
namespace {

/// The operations that run a function of a public header, or the reason for none.
struct Covered {
  std::vector<std::string> operations;
  std::string why;
};

/// By header, by name. The name of a constructor is its class and its parameters' types, since each does another thing.
const std::map<std::string, std::map<std::string, Covered>> kCovered = {
    {"core/iov/iov.h",
     {{"size", {{"size"}, ""}},
      {"from_buf", {{"from_buf"}, ""}},
      {"to_buf", {{"to_buf"}, ""}},
      {"fill", {{"fill"}, ""}},
      {"copy", {{"copy", "copy_in_place"}, ""}},
      {"slice_count", {{"slice_count"}, ""}},
      {"is_zero", {{"is_zero"}, ""}},
      {"first_difference", {{"first_difference"}, ""}},
      {"discard_front", {{"discard_front"}, ""}},
      {"discard_back", {{"discard_back"}, ""}},
      {"undo", {{"undo"}, ""}}}},
    {"core/iov/io_vector.h",
     {{"IoVector()", {{"assign"}, "every vector of a program is made by it"}},
      {"IoVector(void*, size_t)", {{"from_buffer"}, ""}},
      {"IoVector(IoVector&&)", {{"with_capacity", "slice", "extended"}, "a function's result is moved"}},
      {"IoVector(span<const iovec>)", {{}, "assign, in a constructor that only exists with exceptions: iov_test.cpp"}},
      {"IoVector(const IoVector&)", {{}, "as copy_vector, into a new object: iov_test.cpp"}},
      {"~IoVector", {{"destroy"}, "every vector of a program ends with it"}},
      {"operator=", {{"copy_vector", "move_vector"}, ""}},
      {"with_capacity", {{"with_capacity"}, ""}},
      {"assign", {{"assign"}, ""}},
      {"add", {{"add", "add_many"}, ""}},
      {"concat", {{"concat"}, ""}},
      {"clone", {{"clone"}, ""}},
      {"discard_back", {{"vector_discard_back"}, ""}},
      {"split", {{"split"}, ""}},
      {"reset", {{"reset"}, ""}},
      {"destroy", {{"destroy"}, ""}},
      {"capacity", {{}, "how much room there is, is not promised; iov_test.cpp holds it to the few promises"}},
      {"elements", {{"assign"}, "read after every step"}},
      {"lend", {{"discard_front", "discard_back", "undo", "copy_in_place"}, ""}},
      {"size", {{"vector_size"}, ""}},
      {"slice", {{"slice"}, ""}},
      {"extended", {{"extended", "extended_without_mid"}, ""}},
      {"clone_size", {{"clone_size"}, ""}}}},
    {"core/iov/hexdump.h", {{"hexdump", {{"hexdump"}, "to a FILE and to a stream it is the same text: iov_test.cpp"}}}},
    {"core/iov/qemu_iov.h",
     {{"iov_set_reject_handler", {{}, "rejections are told through it; alone: dropin_test.cpp"}},
      {"iov_size", {{"size"}, ""}},
      {"iov_from_buf_full", {{"from_buf"}, ""}},
      {"iov_to_buf_full", {{"to_buf"}, ""}},
      {"iov_memset", {{"fill"}, ""}},
      {"iov_copy", {{"copy", "copy_in_place"}, ""}},
      {"iov_discard_front", {{"discard_front"}, ""}},
      {"iov_discard_back", {{"discard_back"}, ""}},
      {"iov_discard_front_undoable", {{"discard_front"}, ""}},
      {"iov_discard_back_undoable", {{"discard_back"}, ""}},
      {"iov_discard_undo", {{"undo"}, ""}},
      {"iov_send_recv", {{"send", "recv"}, "over a descriptor: tests of real sockets"}},
      {"iov_hexdump", {{"hexdump"}, ""}},
      {"qemu_iovec_init", {{"assign", "with_capacity"}, ""}},
      {"qemu_iovec_init_external", {{"borrow"}, ""}},
      {"qemu_iovec_init_buf", {{"from_buffer"}, ""}},
      {"qemu_iovec_buf", {{"from_buffer"}, "its rejection: dropin_test.cpp"}},
      {"qemu_iovec_init_slice", {{"slice"}, ""}},
      {"qemu_iovec_init_extended", {{"extended", "extended_without_mid"}, ""}},
      {"qemu_iovec_subvec_niov", {{"slice_count"}, ""}},
      {"qemu_iovec_add", {{"add", "add_many"}, ""}},
      {"qemu_iovec_concat", {{"concat"}, ""}},
      {"qemu_iovec_concat_iov", {{"concat"}, ""}},
      {"qemu_iovec_clone", {{"clone"}, ""}},
      {"qemu_iovec_is_zero", {{"is_zero"}, ""}},
      {"qemu_iovec_compare", {{"first_difference"}, ""}},
      {"qemu_iovec_discard_back", {{"vector_discard_back"}, ""}},
      {"qemu_iovec_reset", {{"reset"}, ""}},
      {"qemu_iovec_destroy", {{"destroy"}, ""}},
      {"qemu_iovec_to_buf", {{}, "iov_to_buf of its elements: device_model.c"}},
      {"qemu_iovec_from_buf", {{}, "iov_from_buf of its elements: device_model.c"}},
      {"qemu_iovec_memset", {{}, "iov_memset of its elements: dropin_test.cpp"}},
      {"iov_from_buf", {{"from_buf"}, ""}},
      {"iov_to_buf", {{"to_buf"}, ""}}}},
    {"core/iov/transport.h",
     {{"send", {{"send"}, "by a descriptor: tests of real sockets"}},
      {"recv", {{"recv"}, "by a descriptor: tests of real sockets"}},
      {"~Transport", {{}, "of a class that others derive from"}},
      {"max_elements", {{"send", "recv"}, ""}},
      {"ScatterGather(int, size_t)", {{}, "takes a descriptor: tests of real sockets"}},
      {"PieceByPiece(int)", {{}, "takes a descriptor: tests of real sockets"}}}},
    {"core/iov/error.h",
     {{"error_category", {{}, "names of errors, no behaviour of vectors: iov_test.cpp"}},
      {"make_error_code", {{"slice"}, "makes every rejection"}},
      {"throw_error", {{}, "for the forms that throw; the harness runs those that do not, which they wrap"}}}},
};

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(std::string(LOCKSTEP_SOURCE_DIR) + "/" + path).rdbuf();
  return text.str();
}

/// The declarations of a header: without comments, directives, bodies and private members.
std::vector<std::string> statements(const std::string& header) {
  std::string code;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header.compare(i, 2, "//") == 0 || (header[i] == '#' && (code.empty() || code.back() == '\n'))) {
      while (i + 1 < header.size() && (header[i + 1] != '\n' || header[i] == '\\')) ++i;
    } else {
      code += header[i];
    }
  }
  std::vector<std::string> found;
  std::vector<bool> is_scope;  // for each open brace, whether declarations are inside
  std::string statement;
  bool is_private = false;
  for (const char c : code) {
    const bool inside_body = !is_scope.empty() && !is_scope.back();
    if (c == '{') {
      const bool scope =
          !inside_body && statement.find('(') == std::string::npos &&
          (statement.find("namespace") != std::string::npos || statement.find("class ") != std::string::npos ||
           statement.find("extern") != std::string::npos);
      if (!inside_body && !scope && statement.find('(') != std::string::npos) {
        if (!is_private) found.push_back(statement);
        statement.clear();
      }
      if (scope) statement.clear();
      is_scope.push_back(scope);
    } else if (c == '}') {
      if (!is_scope.empty()) {
        if (is_scope.back()) is_private = false;  // nothing of ours follows a class in another one
        is_scope.pop_back();
      }
      if (is_scope.empty() || is_scope.back()) statement.clear();
    } else if (inside_body) {
      continue;
    } else if (c == ';') {
      if (!is_private && statement.find('(') != std::string::npos) found.push_back(statement);
      statement.clear();
    } else if (c == ':' && (statement.find("public") != std::string::npos)) {
      is_private = false, statement.clear();
    } else if (c == ':' && (statement.find("private") != std::string::npos)) {
      is_private = true, statement.clear();
    } else if (!(std::isspace(static_cast<unsigned char>(c)) != 0 && (statement.empty() || statement.back() == ' '))) {
      statement += std::isspace(static_cast<unsigned char>(c)) != 0 ? ' ' : c;
    }
  }
  return found;
}

/// "void* base, std::size_t length" becomes "void*, size_t".
std::string types_of(const std::string& parameters) {
  std::string types;
  std::istringstream list(parameters);
  for (std::string one; std::getline(list, one, ',');) {
    while (!one.empty() && one.front() == ' ') one.erase(0, 1);
    one.resize(std::min(one.size(), one.find(" =")));  // a default
    const std::size_t name = one.find_last_of(' ');
    if (name != std::string::npos && one.find('>') == std::string::npos) one.resize(name);
    if (name != std::string::npos && one.find('>') != std::string::npos) one.resize(one.find('>') + 1);
    for (std::size_t at; (at = one.find("std::")) != std::string::npos;) one.erase(at, 5);
    types += (types.empty() ? "" : ", ") + one;
  }
  return types;
}

/// The names of the functions that a header declares.
std::set<std::string> functions(const std::string& header) {
  std::set<std::string> names;
  for (const std::string& statement : statements(header)) {
    if (statement.starts_with("typedef ") || statement.starts_with("static_assert(")) continue;
    const std::size_t open = statement.find('(');
    if (statement.find("= delete") != std::string::npos || statement.find('=') < open) {
      if (statement.find("operator=") == std::string::npos || statement.find("= delete") != std::string::npos) continue;
    }
    std::size_t begin = open;
    const auto belongs = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '~';
    };
    if (open >= 9 && statement.compare(open - 9, 9, "operator=") == 0) {
      begin = open - 9;
    } else {
      while (begin > 0 && belongs(statement[begin - 1])) --begin;
    }
    std::string name = statement.substr(begin, open - begin);
    if (!name.empty() && std::isupper(static_cast<unsigned char>(name[0])) != 0)
      name += "(" + types_of(statement.substr(open + 1, statement.find(')') - open - 1)) + ")";
    names.insert(name);
  }
  return names;
}

TEST(Completeness, EveryPublicFunctionIsInTheLanguageOrHasAReason) {
  std::set<std::string> operations;
  for (std::size_t code = 0; code < kOperations; ++code)
    operations.insert(std::string(name_of(operation_of_code(code))));
  std::set<std::string> run;
  for (const auto& [header, covered] : kCovered) {
    const std::set<std::string> declared = functions(read(header));
    EXPECT_FALSE(declared.empty()) << header;
    for (const std::string& name : declared)
      EXPECT_TRUE(covered.count(name) > 0)
          << header << " declares " << name
          << ", which no operation runs: add one, or a row with the reason to kCovered";
    for (const auto& [name, by] : covered) {
      EXPECT_TRUE(declared.count(name) > 0) << header << " does not declare " << name << " any more";
      EXPECT_TRUE(!by.operations.empty() || !by.why.empty()) << name << " needs operations or a reason";
      for (const std::string& operation : by.operations) {
        EXPECT_TRUE(operations.count(operation) > 0) << name << ": there is no operation " << operation;
        run.insert(operation);
      }
    }
  }
  EXPECT_EQ(run, operations) << "every operation runs a public function";
}

TEST(Completeness, EveryInstalledHeaderIsLookedAt) {
  const std::string build = read("core/iov/CMakeLists.txt");
  const std::size_t begin = build.find("install(FILES ");
  ASSERT_NE(begin, std::string::npos);
  std::istringstream words(build.substr(begin + 14, build.find("DESTINATION", begin) - begin - 14));
  std::size_t headers = 0;
  for (std::string header; words >> header; ++headers)
    EXPECT_TRUE(kCovered.count("core/iov/" + header) > 0) << header << " is installed, and missing in kCovered";
  EXPECT_GE(headers, 4u);
}

TEST(Completeness, TheScannerSeesWhatIsDeclared) {
  EXPECT_EQ(functions("// int a();\n#define B b()\nnamespace n {\nint c(int x) noexcept;\n/// d()\n"
                      "inline int e() { return f(); }\nstruct G { int h = 0; };\nclass I {\n public:\n"
                      "  explicit I(std::span<const iovec> x) : y(z()) {}\n  I(const I&) = delete;\n  ~I();\n"
                      "  I& operator=(const I&);\n  int k() const { if (l()) { return 1; } return 0; }\n"
                      " private:\n  int m();\n};\nint n();\n}  // namespace n\n"),
            (std::set<std::string>{"c", "e", "I(span<const iovec>)", "~I", "operator=", "k", "n"}));
}

}  // namespace
}  // namespace lockstep
