// Which folder may include which: arrows point one way.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = LOCKSTEP_SOURCE_DIR;

/// The rooms of the harness: each may know those before it.
const std::vector<std::string> kRooms = {"core/lockstep/table",  "core/lockstep/language", "core/lockstep/sides",
                                         "core/lockstep/report", "core/lockstep/oracles",  "core/lockstep/tags"};

/// For each folder, the folders of ours that its files may include besides itself.
const std::map<std::string, std::set<std::string>> kMayInclude = [] {
  std::map<std::string, std::set<std::string>> may = {{"core/iov", {}}, {"core/model", {}}};
  std::set<std::string> known = {"core/model"};
  for (const std::string& room : kRooms) {
    may[room] = known;
    known.insert(room);
  }
  // A source that fills in the table, with the library that it fills it from.
  const std::string table = "core/lockstep/table";
  may["core/subjects"] = {table, "core/iov"};
  may["core/subjects/seeded"] = {table, "core/subjects"};
  for (const char* adapter : {"asio", "libevent", "plain_c"})
    may[std::string("core/subjects/adapters/") + adapter] = {table};
  known.erase("core/model");
  known.insert("core/subjects");
  may["core/command_line"] = known;
  known.insert({"core/command_line", "core/subjects/seeded"});
  may["fuzz"] = known;
  known.insert("core/iov");
  may["props"] = known;
  return may;
}();

/// And single files that may include more.
const std::map<std::string, std::set<std::string>> kExceptions = {
    // What compares the two models, what tests one alone, and the elements that both use.
    {"props/extents_test.cpp", {"core/model"}},
    {"props/model_test.cpp", {"core/model"}},
    {"props/model_elements.h", {"core/model"}},
    // The tests of the worked adapters lie beside them.
    {"core/subjects/adapters/asio/divergence_test.cpp", {"core/lockstep/language", "core/lockstep/oracles"}},
    {"core/subjects/adapters/libevent/divergence_test.cpp", {"core/lockstep/language", "core/lockstep/oracles"}},
};

/// The row of a folder: its own, or that of the folder it lies in.
std::string row_of(fs::path folder) {
  while (!folder.empty() && kMayInclude.count(folder.string()) == 0) folder = folder.parent_path();
  return folder.string();
}

/// The row of the file named in an #include, if it is ours.
std::string row_of(const std::string& included, const fs::path& includer) {
  if (fs::exists(kRoot / "core" / included)) return row_of(("core" / fs::path(included)).parent_path());
  const fs::path beside = (includer.parent_path() / included).lexically_normal();
  return fs::exists(beside) ? row_of(fs::relative(beside.parent_path(), kRoot)) : "";
}

std::string included_by(const std::string& line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string::npos || line[hash] != '#' || line.find("include", hash) == std::string::npos) return "";
  const std::size_t open = line.find_first_of("<\"");
  const std::size_t close = line.find_first_of(">\"", open + 1);
  return open == std::string::npos || close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

/// Calls check(relative path, line number, included name, path) for each #include of each source file.
template <typename Check>
std::size_t for_each_include(Check check) {
  std::size_t includes = 0;
  for (const char* top : {"core", "fuzz", "props"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp" && extension != ".c") continue;
      std::ifstream file(entry.path());
      std::string line;
      for (int number = 1; std::getline(file, line); ++number) {
        const std::string included = included_by(line);
        if (included.empty()) continue;
        ++includes;
        check(fs::relative(entry.path(), kRoot).string(), number, included, entry.path());
      }
    }
  }
  return includes;
}

TEST(Layers, IncludesPointOneWay) {
  const std::size_t includes =
      for_each_include([](const std::string& file, int line, const std::string& included, const fs::path& path) {
        const std::string own = row_of(fs::path(file).parent_path());
        const std::string folder = row_of(included, path);
        if (own.empty()) return static_cast<void>(ADD_FAILURE() << file << ": its folder is in no row of this test");
        if (folder.empty() || folder == own || kMayInclude.at(own).count(folder) > 0) return;
        const auto exception = kExceptions.find(file);
        if (exception != kExceptions.end() && exception->second.count(folder) > 0) return;
        ADD_FAILURE() << file << ":" << line << ": #include \"" << included << "\": " << own << " may not know "
                      << folder;
      });
  EXPECT_GT(includes, 100u);
}

TEST(Layers, TheModelKnowsNoIovec) {
  for_each_include([](const std::string& file, int line, const std::string& included, const fs::path&) {
    if (file.rfind("core/model/", 0) != 0) return;
    EXPECT_NE(included, "sys/uio.h") << file << ":" << line;
  });
}

TEST(Layers, TheLibraryKnowsTheStandardLibraryAndPosixOnly) {
  for_each_include([](const std::string& file, int line, const std::string& included, const fs::path&) {
    if (file.rfind("core/iov/", 0) != 0) return;
    const bool plain = included.find('/') == std::string::npos;
    EXPECT_TRUE(plain || included.rfind("iov/", 0) == 0 || included.rfind("sys/", 0) == 0)
        << file << ":" << line << ": " << included;
  });
}

TEST(Layers, IncludeLinesAreRecognized) {
  EXPECT_EQ(included_by("#include \"iov/iov.h\""), "iov/iov.h");
  EXPECT_EQ(included_by("  #  include <span>  // for spans"), "span");
  EXPECT_EQ(included_by("// #include <span>"), "");
  EXPECT_EQ(included_by("int include;"), "");
  EXPECT_EQ(row_of("model/model.h", kRoot / "core/iov/iov.h"), "core/model");
  EXPECT_EQ(row_of("lockstep/language/operations/moving.h", kRoot / "fuzz/replay.cpp"), "core/lockstep/language");
  EXPECT_EQ(row_of("scopes.h", kRoot / "props/scopes.cpp"), "props");
  EXPECT_EQ(row_of("../iov/iov.h", kRoot / "core/model/model.h"), "core/iov");
}

}  // namespace
