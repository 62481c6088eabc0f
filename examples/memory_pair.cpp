// A unit test of code that talks over a WebSocket, without a network: two sockets joined in memory,
// with a pipe that delivers byte by byte and then breaks.

#include <parley/testing/memory_pipe.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

// The code under test: answers every question.
void answerQuestions(parley::WebSocket& socket) {
  socket.onmessage = [](const parley::MessageEvent& event) {
    event.target().send(event.data().text() == "6 * 7 ?" ? "42" : "what?");
  };
}

int main() {
  parley::Loop loop;
  parley::testing::MemoryPipe pipe(loop);
  pipe.setChunkSize(1);

  answerQuestions(pipe.server());
  std::string answer;
  pipe.client().onopen = [&](const parley::Event&) { pipe.client().send("6 * 7 ?"); };
  pipe.client().onmessage = [&](const parley::MessageEvent& event) {
    answer = event.data().text();
    pipe.cut();
  };
  std::uint16_t code = 0;
  pipe.client().onclose = [&](const parley::CloseEvent& event) { code = event.code(); };
  loop.run();

  std::cout << "answer " << answer << ", then " << code << '\n';
  return answer == "42" && code == 1006 ? EXIT_SUCCESS : EXIT_FAILURE;
}
