#include "tls/file.hpp"

#include "tls/engine_pair.hpp"

#include <filesystem>

#include <sys/stat.h>

namespace parley::tls {
namespace {

class TlsFile : public EngineTest {};

TEST_F(TlsFile, ReadsAll) {
  const std::string content(100'000, 'x');
  const auto read = readFile({"caFile", write("big", content)});
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, content);
  EXPECT_EQ(*readFile({"caFile", write("empty", "")}), "");
}

TEST_F(TlsFile, NamesTheOptionTheFileAndTheCause) {
  EXPECT_EQ(readFile({"keyFile", pathOf("no")}).error().message,
            "keyFile " + pathOf("no") + ": no such file or directory");
  EXPECT_EQ(readFile({"keyFile", pathOf("")}).error().message,
            "keyFile " + pathOf("") + ": is a directory");
}

TEST_F(TlsFile, DoesNotWaitForAFifo) {
  ASSERT_EQ(::mkfifo(pathOf("fifo").c_str(), 0600), 0);
  EXPECT_EQ(*readFile({"caFile", pathOf("fifo")}), "");
}

TEST_F(TlsFile, RefusesAFileWithoutEnd) {
  EXPECT_EQ(readFile({"caFile", "/dev/zero"}).error().message, "caFile /dev/zero: file too large");
}

TEST_F(TlsFile, AStampChangesWithTheFile) {
  const std::string path = write("file", "one");
  const auto before = stampOf(path);
  ASSERT_TRUE(before);
  EXPECT_EQ(stampOf(path), before);
  write("file", "longer");
  EXPECT_NE(stampOf(path), before);
  write("other", "one");
  std::filesystem::rename(pathOf("other"), path);
  EXPECT_NE(stampOf(path), before);
  EXPECT_EQ(stampOf(pathOf("no")), std::nullopt);
}

}  // namespace
}  // namespace parley::tls
