#include "transport/tap.hpp"

#include "loop/event_loop.hpp"

#include <algorithm>
#include <utility>

namespace parley::transport {

namespace {

class Tap final : public Transport, public TransportListener {
 public:
  Tap(loop::EventLoop& loop, TransportPtr inner, TapCallback callback)
      : loop_(loop), inner_(std::move(inner)), callback_(std::move(callback)) {
    inner_->setListener(this);
  }

  void setListener(TransportListener* listener) override { listener_ = listener; }
  void resumeReading() override { inner_->resumeReading(); }
  void pauseReading() override { inner_->pauseReading(); }
  std::size_t write(std::span<const protocol::OutputPiece> pieces) override;
  void finish() override { inner_->finish(); }
  void abort() override { inner_->abort(); }
  [[nodiscard]] std::string description() const override { return inner_->description(); }

 private:
  /// A call of the inner transport: a release from within waits for its end.
  class Call {
   public:
    explicit Call(Tap& tap) noexcept : tap_(tap) { ++tap_.calls_; }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() {
      if (--tap_.calls_ == 0 && tap_.isReleased_) delete &tap_;
    }

   private:
    Tap& tap_;
  };

  ~Tap() override = default;
  void release() noexcept override;
  void show(WireDirection direction, std::span<const std::byte> bytes);

  std::span<std::byte> onReadBuffer() override {
    return listener_ ? listener_->onReadBuffer() : std::span<std::byte>();
  }
  void onBytes(std::span<std::byte> bytes) override {
    const Call call(*this);
    show(WireDirection::Received, bytes);
    if (listener_) listener_->onBytes(bytes);
  }
  void onWritable() override {
    const Call call(*this);
    if (listener_) listener_->onWritable();
  }
  void onEnd() override {
    const Call call(*this);
    if (listener_) listener_->onEnd();
  }
  void onFailed(const TransportError& error) override {
    const Call call(*this);
    if (listener_) listener_->onFailed(error);
  }

  loop::EventLoop& loop_;
  TransportPtr inner_;
  TapCallback callback_;
  TransportListener* listener_ = nullptr;
  int calls_ = 0;
  bool isReleased_ = false;
};

std::size_t Tap::write(std::span<const protocol::OutputPiece> pieces) {
  const std::size_t accepted = inner_->write(pieces);
  std::size_t left = accepted;
  for (const protocol::OutputPiece& piece : pieces) {
    if (left == 0) break;
    const std::size_t part = std::min(left, piece.size);
    show(WireDirection::Sent, {piece.data, part});
    left -= part;
  }
  return accepted;
}

void Tap::show(WireDirection direction, std::span<const std::byte> bytes) {
  // Without a listener this is the last word of somebody who has left, as when the loop goes: then
  // nothing of the application runs any more.
  if (bytes.empty() || !listener_) return;
  loop_.runTask([&] { callback_(direction, bytes); });
}

void Tap::release() noexcept {
  listener_ = nullptr;
  inner_.reset();
  isReleased_ = true;
  if (calls_ == 0) delete this;
}

}  // namespace

TransportPtr tap(loop::EventLoop& loop, TransportPtr inner, TapCallback callback) {
  return TransportPtr(new Tap(loop, std::move(inner), std::move(callback)));
}

}  // namespace parley::transport
