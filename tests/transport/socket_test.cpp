#include "transport/socket.hpp"

#include <cerrno>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace parley::transport {
namespace {

int optionOf(const Socket& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(socket.fd(), level, name, &value, &size), 0);
  return value;
}

Socket listening(const char* host) {
  const auto address = SocketAddress::parse(host, 0);
  auto socket = Socket::make(address->family());
  EXPECT_TRUE(socket);
  EXPECT_EQ(::bind(socket->fd(), address->data(), address->size()), 0);
  EXPECT_EQ(::listen(socket->fd(), 1), 0);
  return std::move(*socket);
}

TEST(Socket, AcceptedOnesSendAtOnceLikeTheListeningOne) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const Socket listener = listening(host);
    listener.sendAtOnce();
    const auto address = *SocketAddress::localOf(listener.fd());
    const Socket client = *Socket::make(address.family());
    ::connect(client.fd(), address.data(), address.size());
    pollfd waiting{listener.fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, 30'000), 1) << host;
    const auto accepted = listener.accept();
    ASSERT_TRUE(accepted) << host;
    EXPECT_EQ(optionOf(*accepted, IPPROTO_TCP, TCP_NODELAY), 1) << host;
    EXPECT_EQ(optionOf(client, IPPROTO_TCP, TCP_NODELAY), 0) << host;
    client.sendAtOnce();
    EXPECT_EQ(optionOf(client, IPPROTO_TCP, TCP_NODELAY), 1) << host;
  }
}

TEST(Socket, NothingToAcceptIsAnError) {
  const auto accepted = listening("127.0.0.1").accept();
  ASSERT_FALSE(accepted);
  EXPECT_EQ(accepted.error().value, EAGAIN);
}

}  // namespace
}  // namespace parley::transport
