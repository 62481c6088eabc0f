#include "client/blob_content.hpp"

#include <parley/dom_exception.hpp>

#include <cstdio>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace parley {
namespace {

/// A file with a name, removed at the end.
class BlobInFile : public testing::Test {
 protected:
  void SetUp() override {
    path = testing::TempDir() + "parley-blob-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    ASSERT_GE(descriptor, 0);
    ::close(descriptor);
    write("0123456789");
  }
  void TearDown() override { std::remove(path.c_str()); }

  void write(std::string_view text) const { std::ofstream(path, std::ios::binary) << text; }
  static std::string readOf(const Blob& blob, std::uint64_t offset, std::size_t size) {
    std::string text(size, '?');
    return text.substr(0, blob.read(offset, std::as_writable_bytes(std::span(text))));
  }
  static std::string nameOf(const std::function<void()>& action) {
    try {
      action();
    } catch (const DOMException& error) {
      return std::string(error.name()) + ": " + error.message();
    }
    return {};
  }

  std::string path;
};

TEST_F(BlobInFile, HasItsSizeAndTypeWithoutReading) {
  const Blob blob = Blob::fromFile(path, "Text/Plain");
  EXPECT_EQ(blob.size(), 10U);
  EXPECT_EQ(blob.type(), "text/plain");
  EXPECT_TRUE(blob.isInFile());
  EXPECT_FALSE(BlobAccess::runOf(blob).content->isInMemory());
}

TEST_F(BlobInFile, ReadsAsOneInMemoryDoes) {
  const Blob blob = Blob::fromFile(path);
  EXPECT_EQ(blob.text(), "0123456789");
  EXPECT_EQ(blob.arrayBuffer().text(), "0123456789");
  EXPECT_EQ(blob.bytes()[9], std::byte{'9'});
  EXPECT_EQ(blob.bytes().data(), blob.bytes().data()) << "it is read once";
  const Blob part = blob.slice(2, -2).slice(1);
  EXPECT_TRUE(part.isInFile());
  EXPECT_EQ(part.size(), 5U);
  EXPECT_EQ(part.text(), "34567");
  EXPECT_EQ(readOf(part, 3, 100), "67");
  EXPECT_EQ(readOf(part, 5, 100), "");
  EXPECT_EQ(readOf(part, UINT64_MAX, 1), "");
}

TEST_F(BlobInFile, StaysOneInPartsOfAnother) {
  const Blob blob({"<", Blob::fromFile(path).slice(1, 4), "|", Blob::fromFile(path), ">"});
  EXPECT_TRUE(blob.isInFile());
  EXPECT_EQ(blob.size(), 16U);
  EXPECT_EQ(blob.text(), "<123|0123456789>");
  for (std::uint64_t from = 0; from < blob.size(); ++from) {
    for (std::size_t size = 0; from + size <= blob.size(); ++size) {
      EXPECT_EQ(readOf(blob, from, size), blob.text().substr(from, size));
    }
  }
  EXPECT_EQ(Blob({blob.slice(3, 7), "!"}).text(), "3|01!");
  EXPECT_FALSE(Blob({"in memory", Blob({"too"})}).isInFile());
}

TEST_F(BlobInFile, ThrowsForAFileThatIsNotThere) {
  EXPECT_EQ(nameOf([&] { (void)Blob::fromFile(path + ".none"); }),
            "NotFoundError: " + path + ".none: no such file or directory");
  EXPECT_EQ(nameOf([&] { (void)Blob::fromFile(testing::TempDir()); }),
            "NotReadableError: " + testing::TempDir() + ": illegal operation on a directory");
  EXPECT_EQ(nameOf([&] { (void)Blob::fromFile("/dev/null"); }),
            "NotReadableError: /dev/null: not a regular file");
}

// File API section 4: the file must be as it was.
TEST_F(BlobInFile, CannotBeReadOnceTheFileHasChanged) {
  const Blob shorter = Blob::fromFile(path);
  write("0123");
  const std::string reason = "NotReadableError: " + path + ": it has changed since it was opened";
  EXPECT_EQ(nameOf([&] { (void)shorter.text(); }), reason);
  EXPECT_EQ(nameOf([&] { (void)shorter.bytes(); }), reason);
  EXPECT_EQ(nameOf([&] { (void)shorter.arrayBuffer(); }), reason);
  EXPECT_EQ(nameOf([&] { (void)readOf(shorter, 0, 2); }), reason);
  EXPECT_EQ(shorter.size(), 10U);
}

TEST_F(BlobInFile, OutlivesTheNameOfItsFile) {
  const Blob blob = Blob::fromFile(path);
  std::remove(path.c_str());
  EXPECT_EQ(blob.text(), "0123456789");
}

TEST_F(BlobInFile, MayBeEmpty) {
  write("");
  const Blob blob = Blob::fromFile(path);
  EXPECT_EQ(blob.size(), 0U);
  EXPECT_EQ(blob.text(), "");
  EXPECT_EQ(blob.bytes().size(), 0U);
}

}  // namespace
}  // namespace parley
