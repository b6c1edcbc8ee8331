// Errors that the caller can cause. Libraries throw them; only `program/` prints them.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace convproof {

/// Joins its arguments into one string, as an ostream would print them.
template <typename... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

/// A tensor or an attribute that an operator cannot take: names the operator, the argument, what
/// was expected and what was got.
class ShapeError : public std::invalid_argument {
 public:
  ShapeError(std::string op, std::string argument, std::string expected, std::string got)
      : std::invalid_argument(text(op, ": ", argument, ": expected ", expected, ", got ", got)),
        op_(std::move(op)),
        argument_(std::move(argument)),
        expected_(std::move(expected)),
        got_(std::move(got)) {}

  const std::string& op() const { return op_; }
  const std::string& argument() const { return argument_; }
  const std::string& expected() const { return expected_; }
  const std::string& got() const { return got_; }

 private:
  std::string op_;
  std::string argument_;
  std::string expected_;
  std::string got_;
};

/// A text that is not what it should be (a case string, a file, a message): names the text, what
/// was expected and what was found.
class ParseError : public std::invalid_argument {
 public:
  ParseError(const std::string& what, std::string expected, std::string got)
      : std::invalid_argument(text(what, ": expected ", expected, ", found ", got)),
        expected_(std::move(expected)),
        got_(std::move(got)) {}

  const std::string& expected() const { return expected_; }
  const std::string& got() const { return got_; }

 private:
  std::string expected_;
  std::string got_;
};

}  // namespace convproof
