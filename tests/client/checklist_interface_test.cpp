#include "client/socket_test.hpp"

#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

namespace parley::test {
namespace {

template <typename T>
concept Sendable = requires(WebSocket socket, T data) {
  { socket.send(std::forward<T>(data)) } -> std::same_as<void>;
};

template <typename... T>
concept ClosesWith = requires(WebSocket socket, T... arguments) {
  { socket.close(arguments...) } -> std::same_as<void>;
};

template <typename T>
concept HasTheAttributes = requires(const T socket) {
  { socket.url() } -> std::same_as<std::string>;
  { socket.readyState() } -> std::same_as<ReadyState>;
  { socket.bufferedAmount() } -> std::same_as<std::uint64_t>;
  { socket.extensions() } -> std::same_as<std::string>;
  { socket.protocol() } -> std::same_as<std::string>;
  { socket.binaryType() } -> std::same_as<BinaryType>;
};

// I1, I3, I8
TEST(WebSocketShape, HasTheMembersOfTheInterface) {
  static_assert(std::constructible_from<WebSocket, std::string_view>);
  static_assert(std::constructible_from<WebSocket, std::string_view, const char*>);
  static_assert(std::constructible_from<WebSocket, std::string_view, Protocols>);
  static_assert(!std::default_initializable<WebSocket>);
  static_assert(!std::convertible_to<std::string_view, WebSocket>);
  static_assert(HasTheAttributes<WebSocket>);
  EXPECT_TRUE(Protocols().names().empty());
  EXPECT_EQ(Protocols("").names(), Strings{""});
}

// I6, S2
TEST(WebSocketShape, CloseAndSendTakeWhatTheInterfaceSays) {
  static_assert(ClosesWith<> && ClosesWith<int> && ClosesWith<double>);
  static_assert(ClosesWith<int, const char*> && ClosesWith<int, std::u16string>);
  static_assert(ClosesWith<std::nullopt_t, const char*>);
  static_assert(!ClosesWith<const char*> && !ClosesWith<int, int>);
  static_assert(Sendable<const char*> && Sendable<std::string> && Sendable<std::u16string>);
  static_assert(Sendable<std::span<const std::byte>> && Sendable<Blob> && Sendable<ArrayBuffer>);
  // A script would make text of a number; here it is most likely a slip.
  static_assert(!Sendable<int> && !Sendable<double> && !Sendable<bool> && !Sendable<char>);
  EXPECT_EQ(CloseCode(std::numeric_limits<double>::quiet_NaN()), CloseCode(0));
}

}  // namespace
}  // namespace parley::test
