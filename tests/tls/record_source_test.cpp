#include "tls/record_source.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace parley::tls {
namespace {

using protocol::OutputPiece;

std::vector<std::string> recordsOf(const std::vector<std::string>& texts) {
  std::vector<OutputPiece> pieces;
  for (const std::string& text : texts) {
    pieces.push_back({reinterpret_cast<const std::byte*>(text.data()), text.size()});
  }
  RecordSource source(pieces);
  std::array<std::byte, 4> gathered{};
  std::vector<std::string> records;
  for (auto record = source.next(gathered); !record.empty(); record = source.next(gathered)) {
    records.emplace_back(reinterpret_cast<const char*>(record.data()), record.size());
  }
  return records;
}

using Strings = std::vector<std::string>;

TEST(TlsRecordSource, MakesFullRecordsAndOneRest) {
  EXPECT_EQ(recordsOf({"abcdefghij"}), (Strings{"abcd", "efgh", "ij"}));
  EXPECT_EQ(recordsOf({"abcd"}), Strings{"abcd"});
}

TEST(TlsRecordSource, GathersSmallPieces) {
  EXPECT_EQ(recordsOf({"a", "b", "c", "d", "e"}), (Strings{"abcd", "e"}));
  EXPECT_EQ(recordsOf({"ab", "cdefgh", "ij"}), (Strings{"abcd", "efgh", "ij"}));
  EXPECT_EQ(recordsOf({"abc", "d"}), Strings{"abcd"});
}

TEST(TlsRecordSource, PassesEmptyPiecesOver) {
  EXPECT_EQ(recordsOf({"", "a", "", "", "b", ""}), Strings{"ab"});
  EXPECT_EQ(recordsOf({"", ""}), Strings());
  EXPECT_EQ(recordsOf({}), Strings());
}

TEST(TlsRecordSource, DoesNotCopyWhatIsWhole) {
  const std::string text = "abcdef";
  const OutputPiece piece{reinterpret_cast<const std::byte*>(text.data()), text.size()};
  RecordSource source({&piece, 1});
  std::array<std::byte, 4> gathered{};
  EXPECT_EQ(source.next(gathered).data(), piece.data);
  EXPECT_EQ(source.next(gathered).data(), piece.data + 4);
}

}  // namespace
}  // namespace parley::tls
