// Which folder may include which: arrows point one way.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = LOCKSTEP_SOURCE_DIR;

/// For each folder, the folders of ours that its files may include besides itself.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"core/iov", {}},
    {"core/model", {}},
    {"core/lockstep", {"core/model"}},
    {"core/seeded", {"core/lockstep"}},
    // Adapters know the table that they fill in, and each what it adapts.
    {"core/adapters/asio", {"core/lockstep"}},
    {"core/adapters/libevent", {"core/lockstep"}},
    {"core/adapters/plain_c", {"core/lockstep"}},
    {"core/command_line", {"core/lockstep", "core/seeded"}},
    {"fuzz", {"core/command_line", "core/lockstep", "core/seeded"}},
    {"props", {"core/command_line", "core/iov", "core/lockstep", "core/seeded"}},
};

/// And single files that may include more.
const std::map<std::string, std::set<std::string>> kExceptions = {
    // The adapters: the only part of the harness that knows the library.
    {"core/lockstep/ours.cpp", {"core/iov"}},
    {"core/lockstep/qemu_iov.cpp", {"core/iov"}},
    // What compares the two models, what tests one alone, and the elements that both use.
    {"props/extents_test.cpp", {"core/model"}},
    {"props/model_test.cpp", {"core/model"}},
    {"props/model_elements.h", {"core/model"}},
};

/// The folder that the file named in an #include lies in, if it is ours.
std::string folder_of(const std::string& included, const fs::path& includer) {
  for (const auto& [folder, unused] : kMayInclude) {
    const std::string prefix = folder.rfind("core/", 0) == 0 ? folder.substr(5) + "/" : folder + "/";
    if (included.rfind(prefix, 0) == 0) return folder;
  }
  const fs::path beside = (includer.parent_path() / included).lexically_normal();
  return fs::exists(beside) ? fs::relative(beside.parent_path(), kRoot).string() : "";
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
  for (const auto& [folder, unused] : kMayInclude) {
    for (const auto& entry : fs::directory_iterator(kRoot / folder)) {
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
        const std::string own = fs::path(file).parent_path().string();
        const std::string folder = folder_of(included, path);
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
  EXPECT_EQ(folder_of("model/model.h", kRoot / "core/iov/iov.h"), "core/model");
  EXPECT_EQ(folder_of("scopes.h", kRoot / "props/scopes.cpp"), "props");
  EXPECT_EQ(folder_of("../iov/iov.h", kRoot / "core/model/model.h"), "core/iov");
}

}  // namespace
