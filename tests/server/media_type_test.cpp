#include "server/media_type.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(MediaType, GoesByTheLastExtension) {
  EXPECT_EQ(mediaTypeOf("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(mediaTypeOf("app.min.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(mediaTypeOf("a.tar.gz"), "application/gzip");
  EXPECT_EQ(mediaTypeOf("module.wasm"), "application/wasm");
}

TEST(MediaType, IgnoresCase) {
  EXPECT_EQ(mediaTypeOf("PHOTO.JPG"), "image/jpeg");
}

TEST(MediaType, IsBinaryForWhatItDoesNotKnow) {
  for (const char* name : {"file", "file.", "file.unknown", "html", ""}) {
    EXPECT_EQ(mediaTypeOf(name), "application/octet-stream") << name;
  }
}

TEST(MediaType, TextHasACharset) {
  for (const char* name : {"a.html", "a.css", "a.js", "a.txt", "a.csv", "a.svg", "a.xml", "a.md"}) {
    EXPECT_NE(mediaTypeOf(name).find("; charset=utf-8"), std::string_view::npos) << name;
  }
}

}  // namespace
}  // namespace parley::server
