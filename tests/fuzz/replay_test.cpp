#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/mutator.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::fuzz {
namespace {

namespace fs = std::filesystem;

// So many that all targets together take a few seconds, with sanitizers as well.
constexpr int kMutations = 2000;
constexpr int kDearMutations = 100;

std::vector<std::string> filesIn(const fs::path& folder) {
  std::vector<fs::path> paths;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());  // a folder has no order of its own
  std::vector<std::string> contents;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    contents.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return contents;
}

/// Those that make_seeds.py writes, and those that fuzzing found.
std::vector<std::string> seedsOf(const Target& target) {
  std::vector<std::string> seeds = filesIn(fs::path(PARLEY_FUZZ_SEEDS) / target.name);
  std::vector<std::string> found = filesIn(fs::path(PARLEY_FUZZ_CORPUS) / target.name);
  std::move(found.begin(), found.end(), std::back_inserter(seeds));
  return seeds;
}

std::string hexadecimal(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte / 16U];
    out += kDigits[byte % 16U];
  }
  return out;
}

void run(const Target& target, const std::string& input) {
  const ExactCopy copy(asBytes(input));
  try {
    target.run(copy.bytes());
  } catch (const Contradiction& contradiction) {
    FAIL() << "not true that " << contradiction.what() << "\nwith the input (xxd -r -p) "
           << hexadecimal(input);
  }
}

class FuzzReplay : public testing::TestWithParam<Target> {};

TEST_P(FuzzReplay, HoldsForItsSeeds) {
  const auto seeds = seedsOf(GetParam());
  ASSERT_FALSE(seeds.empty()) << "make_seeds.py knows every target";
  run(GetParam(), "");
  for (const std::string& seed : seeds) run(GetParam(), seed);
}

TEST_P(FuzzReplay, HoldsForMutationsOfItsSeeds) {
  const auto seeds = seedsOf(GetParam());
  ASSERT_FALSE(seeds.empty());
  const int count = GetParam().cost == Cost::Low ? kMutations : kDearMutations;
  Mutator mutator(1);
  for (int i = 0; i < count && !HasFatalFailure(); ++i) {
    run(GetParam(), mutator.next(seeds));
  }
}

INSTANTIATE_TEST_SUITE_P(All, FuzzReplay, testing::ValuesIn(targets().begin(), targets().end()),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(FuzzTargets, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Target& target : targets()) EXPECT_TRUE(names.insert(target.name).second);
}

TEST(FuzzTargets, HaveAFolderForEachCorpus) {
  std::set<std::string> names;
  for (const Target& target : targets()) names.emplace(target.name);
  if (!fs::is_directory(PARLEY_FUZZ_CORPUS)) return;
  for (const auto& entry : fs::directory_iterator(PARLEY_FUZZ_CORPUS)) {
    EXPECT_TRUE(names.contains(entry.path().filename().string())) << entry.path();
  }
}

}  // namespace
}  // namespace parley::fuzz
