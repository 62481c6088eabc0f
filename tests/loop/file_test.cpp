#include "loop/file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::loop {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "parley-file-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  [[nodiscard]] std::string path() const { return folder / "file"; }
  void write(std::string_view text) const { std::ofstream(path(), std::ios::binary) << text; }

  static std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
  }
  static std::string read(const File& file, std::uint64_t offset, std::size_t size) {
    std::string text(size, '?');
    const auto count = file.read(offset, std::as_writable_bytes(std::span(text)));
    EXPECT_TRUE(count);
    return text.substr(0, count ? *count : 0);
  }

  std::filesystem::path folder;
};

TEST_F(FileTest, ReadsFromAnywhere) {
  write("0123456789");
  auto file = File::open(path());
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->size(), 10U);
  EXPECT_EQ(read(**file, 0, 4), "0123");
  EXPECT_EQ(read(**file, 7, 3), "789");
  EXPECT_EQ(read(**file, 7, 100), "789") << "less only at the end";
  EXPECT_EQ(read(**file, 100, 1), "");
}

TEST_F(FileTest, SaysWhyThereIsNone) {
  EXPECT_EQ(File::open(path()).error(), ENOENT);
  EXPECT_EQ(File::open(folder).error(), EISDIR);
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(File::open(path()).error(), EINVAL) << "and does not wait for a writer";
}

TEST_F(FileTest, SeesThatItHasChanged) {
  write("0123456789");
  auto file = File::open(path());
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->isUnchanged());
  write("0123");
  EXPECT_FALSE((*file)->isUnchanged());
  write("9876543210");
  std::filesystem::last_write_time(
      path(), std::filesystem::last_write_time(path()) + std::chrono::seconds(1));
  EXPECT_FALSE((*file)->isUnchanged()) << "of the same size, but not of the same time";
}

TEST_F(FileTest, MakesTemporaryFilesThatHaveNoName) {
  const char* const before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "";
  ASSERT_EQ(::setenv("TMPDIR", folder.c_str(), 1), 0);
  auto file = File::createTemporary();
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  ASSERT_EQ(::setenv("TMPDIR", (folder / "none").c_str(), 1), 0);
  EXPECT_EQ(File::createTemporary().error(), ENOENT);
  if (before != nullptr) {
    ::setenv("TMPDIR", kept.c_str(), 1);
  } else {
    ::unsetenv("TMPDIR");
  }
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->write(0, bytesOf("0123")), 0);
  EXPECT_EQ((*file)->write(4, bytesOf("4567")), 0);
  EXPECT_EQ(read(**file, 2, 4), "2345");
  const auto mapped = (*file)->map(8);
  ASSERT_TRUE(mapped);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(mapped->data()), mapped->size()), "01234567");
}

TEST_F(FileTest, SaysWhyItCannotBeWritten) {
  write("0123456789");
  auto file = File::open(path());
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->write(0, bytesOf("x")), EBADF) << "it is open for reading";
}

}  // namespace
}  // namespace parley::loop
