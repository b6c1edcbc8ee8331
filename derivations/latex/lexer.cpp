#include "derivations/latex/lexer.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "derivations/language/lexer.h"
#include "derivations/language/operators.h"

namespace convproof::derivations::latex {
namespace {

using language::Character;
using language::character_at;
using language::in_quotes;

struct Meaning {
  TokenKind kind;
  std::string_view text;
};
using Meanings = std::unordered_map<std::string_view, Meaning>;

constexpr std::array<std::string_view, 25> kGreek{
    "alpha", "beta",   "gamma",   "delta", "epsilon", "zeta",    "eta",  "theta", "iota",
    "kappa", "lambda", "mu",      "nu",    "xi",      "omicron", "pi",   "rho",   "varsigma",
    "sigma", "tau",    "upsilon", "phi",   "chi",     "psi",     "omega"};

/// Behind the last small letter of each mathematical alphabet of Unicode.
constexpr std::array<std::string_view, 7> kGreekVariants{"partial", "epsilon", "theta", "kappa",
                                                         "phi",     "rho",     "pi"};

constexpr TokenKind kLetter = TokenKind::kLetter;
constexpr TokenKind kSign = TokenKind::kSign;
constexpr TokenKind kProduct = TokenKind::kProduct;
constexpr TokenKind kRelation = TokenKind::kRelation;
constexpr TokenKind kWord = TokenKind::kWord;

const Meanings& commands() {
  static const Meanings meanings{
      {"star", {kProduct, "star"}},
      {"ast", {kProduct, "ast"}},
      {"otimes", {kProduct, "otimes"}},
      {"circledast", {kProduct, "circledast"}},
      {"odot", {kSign, ".*"}},
      {"circ", {kSign, ".*"}},
      {"cdot", {kSign, "\\cdot"}},
      {"times", {kSign, "\\cdot"}},
      {"le", {kRelation, "<="}},
      {"leq", {kRelation, "<="}},
      {"leqslant", {kRelation, "<="}},
      {"ge", {kRelation, ">="}},
      {"geq", {kRelation, ">="}},
      {"geqslant", {kRelation, ">="}},
      {"lt", {kRelation, "<"}},
      {"gt", {kRelation, ">"}},
      {"ne", {kRelation, "!="}},
      {"neq", {kRelation, "!="}},
      {"coloneqq", {kRelation, "=="}},
      {"triangleq", {kRelation, "=="}},
      {"equiv", {kRelation, "=="}},
      {"in", {kSign, "\\in"}},
      {"forall", {kSign, "\\forall"}},
      {"sum", {kSign, "\\sum"}},
      {"frac", {kSign, "\\frac"}},
      {"dfrac", {kSign, "\\frac"}},
      {"tfrac", {kSign, "\\frac"}},
      {"partial", {kSign, "\\partial"}},
      {"nabla", {kSign, "\\nabla"}},
      {"infty", {kSign, "\\infty"}},
      {"lfloor", {kSign, "\\lfloor"}},
      {"rfloor", {kSign, "\\rfloor"}},
      {"lceil", {kSign, "\\lceil"}},
      {"rceil", {kSign, "\\rceil"}},
      {"lvert", {kSign, "|"}},
      {"rvert", {kSign, "|"}},
      {"vert", {kSign, "|"}},
      {"mid", {kSign, "|"}},
      {"{", {kSign, "\\{"}},
      {"}", {kSign, "\\}"}},
      {"lbrace", {kSign, "\\{"}},
      {"rbrace", {kSign, "\\}"}},
      {"prime", {kSign, "'"}},
      {"top", {kSign, "\\top"}},
      {"intercal", {kSign, "\\top"}},
      {"substack", {kSign, "\\substack"}},
      {"sqrt", {kSign, "\\sqrt"}},
      {"dots", {kSign, "\\dots"}},
      {"ldots", {kSign, "\\dots"}},
      {"cdots", {kSign, "\\dots"}},
      {"ell", {kLetter, "ell"}},
      {"varepsilon", {kLetter, "epsilon"}},
      {"vartheta", {kLetter, "theta"}},
      {"varphi", {kLetter, "phi"}},
      {"varrho", {kLetter, "rho"}},
      {"exp", {kWord, "exp"}},
      {"log", {kWord, "log"}},
      {"ln", {kWord, "log"}},
      {"tanh", {kWord, "tanh"}},
      {"sin", {kWord, "sin"}},
      {"cos", {kWord, "cos"}},
      {"min", {kWord, "min"}},
      {"max", {kWord, "max"}},
      {"colon", {kSign, ":"}},
      {"\\", {TokenKind::kEndOfRow, ""}},
      {"cr", {TokenKind::kEndOfRow, ""}},
      {"newline", {TokenKind::kEndOfRow, ""}},
  };
  return meanings;
}

/// Signs of Unicode that mean the same as a command or a sign of ASCII.
const std::unordered_map<char32_t, Meaning>& unicode_signs() {
  static const std::unordered_map<char32_t, Meaning> meanings{
      {0x2212, {kSign, "-"}},         {0x00D7, {kSign, "\\cdot"}},
      {0x00B7, {kSign, "\\cdot"}},    {0x22C5, {kSign, "\\cdot"}},
      {0x2217, {kProduct, "ast"}},    {0x22C6, {kProduct, "star"}},
      {0x2297, {kProduct, "otimes"}}, {0x229B, {kProduct, "circledast"}},
      {0x2299, {kSign, ".*"}},        {0x2218, {kSign, ".*"}},
      {0x25E6, {kSign, ".*"}},        {0x2264, {kRelation, "<="}},
      {0x2265, {kRelation, ">="}},    {0x2260, {kRelation, "!="}},
      {0x2208, {kSign, "\\in"}},      {0x2200, {kSign, "\\forall"}},
      {0x2202, {kSign, "\\partial"}}, {0x2207, {kSign, "\\nabla"}},
      {0x2211, {kSign, "\\sum"}},     {0x221E, {kSign, "\\infty"}},
      {0x2032, {kSign, "'"}},         {0x2026, {kSign, "\\dots"}},
      {0x22EF, {kSign, "\\dots"}},    {0x211D, {kSign, "\\R"}},
      {0x230A, {kSign, "\\lfloor"}},  {0x230B, {kSign, "\\rfloor"}},
      {0x2308, {kSign, "\\lceil"}},   {0x2309, {kSign, "\\rceil"}},
      {0x22A4, {kSign, "\\top"}},     {0x2113, {kLetter, "ell"}},
      {0x210E, {kLetter, "h"}},       {0x2112, {kLetter, "L"}},
      {0x212C, {kLetter, "B"}},       {0x2130, {kLetter, "E"}},
      {0x2131, {kLetter, "F"}},       {0x210B, {kLetter, "H"}},
      {0x2110, {kLetter, "I"}},       {0x2133, {kLetter, "M"}},
      {0x211B, {kLetter, "R"}},       {0xFF08, {kSign, "("}},
      {0xFF09, {kSign, ")"}},         {0xFF0C, {kSign, ","}},
  };
  return meanings;
}

/// What only says how a formula looks.
const std::unordered_set<std::string_view>& looks() {
  static const std::unordered_set<std::string_view> words{
      ",",         ";",           ":",      "!",         " ",        ">",        "quad",
      "qquad",     "left",        "right",  "big",       "Big",      "bigg",     "Bigg",
      "bigl",      "bigr",        "Bigl",   "Bigr",      "biggl",    "biggr",    "Biggl",
      "Biggr",     "middle",      "limits", "nolimits",  "notag",    "nonumber", "displaystyle",
      "textstyle", "scriptstyle", "hline",  "thinspace", "medspace", "enspace",
  };
  return words;
}

const std::unordered_set<std::string_view>& styles() {
  static const std::unordered_set<std::string_view> words{
      "mathbf",  "mathcal", "boldsymbol", "bm",     "mathsf", "mathfrak",     "mathit",
      "mathscr", "mathrm",  "text",       "textrm", "textbf", "operatorname", "mathop",
      "textit",  "mathtt",  "texttt",     "mbox",   "mathbb", "vec",
  };
  return words;
}

const std::unordered_map<std::string_view, std::string_view>& accents() {
  static const std::unordered_map<std::string_view, std::string_view> words{
      {"hat", "hat"}, {"widehat", "hat"},  {"tilde", "tilde"}, {"widetilde", "tilde"},
      {"bar", "bar"}, {"overline", "bar"}, {"check", "check"}, {"breve", "breve"},
  };
  return words;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_blank(char32_t code) {
  return code == ' ' || code == '\t' || code == '\n' || code == '\r' || code == '~' ||
         code == '&' || code == 0xA0 || code == 0xB0 || code == 0x3000 || code == 0xFEFF ||
         (code >= 0x2000 && code <= 0x200B);
}

/// Words that are taken as one where a formula does not mark them, as in rot180(W).
bool is_function(std::string_view word) {
  return language::find_operator(word) != nullptr || word == "rotate" || word == "up" ||
         word == "down" || word == "conv2";
}

std::string capital(std::string_view name) {
  std::string result(name);
  result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result;
}

/// The letter or sign of an alphabet of Greek letters of Unicode, capital letters first.
Token greek(char32_t place) {
  const auto at = static_cast<std::size_t>(place);
  if (at < 25) return {kLetter, capital(kGreek[at]), {}};
  if (at == 25) return {kSign, "\\nabla", {}};
  if (at < 51) return {kLetter, std::string(kGreek[at - 26]), {}};
  if (at == 51) return {kSign, "\\partial", {}};
  return {kLetter, std::string(kGreekVariants[at - 51]), {}};
}

/// True for what can only stand between two operands.
bool continues(const Token& token) {
  return token.kind == TokenKind::kRelation || token.kind == TokenKind::kProduct ||
         (token.kind == TokenKind::kSign &&
          (token.text == "+" || token.text == "-" || token.text == "\\cdot" || token.text == ".*" ||
           token.text == "/" || token.text == "\\in"));
}

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text) {}

  std::vector<Token> run() {
    if (text_.size() > language::kLongestText) {
      fail(text("a text of at most ", language::kLongestText, " bytes"),
           text(text_.size(), " bytes"));
    }
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) read();
    if (!accent_.empty()) fail("a letter or a sign under the accent", "the end of the formula");
    if (!tokens_.empty() && tokens_.back().kind == TokenKind::kEndOfRow) tokens_.pop_back();
    begin_ = here_;
    add(TokenKind::kEnd, "");
    return std::move(tokens_);
  }

 private:
  // -------------------------------------------------------------- characters

  Character peek() const { return character_at(text_, at_); }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void advance() {
    const Character c = peek();
    at_ += c.bytes;
    if (c.code == '\n') {
      here_ = {here_.line + 1, 1};
    } else {
      ++here_.column;
    }
  }

  void advance_to(std::size_t end) {
    while (at_ < end) advance();
  }

  /// Also comments.
  void skip_blanks() {
    while (at_ < text_.size()) {
      if (text_[at_] == '%') {
        advance_to(std::min(text_.find('\n', at_), text_.size()));
      } else if (is_blank(peek().code) && peek().valid) {
        advance();
      } else {
        return;
      }
    }
  }

  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    fail(begin_, expected, found);
  }
  [[noreturn]] void fail(Place place, const std::string& expected, const std::string& found) const {
    throw LanguageError(source_, place, expected, found);
  }

  // -------------------------------------------------------------- tokens

  void add(TokenKind kind, std::string_view meaning) {
    if (kind == TokenKind::kEndOfRow &&
        (tokens_.empty() || tokens_.back().kind == TokenKind::kEndOfRow)) {
      return;
    }
    Token token{kind, std::string(meaning), begin_};
    if (!accent_.empty()) put_accent_on(token);
    if (!tokens_.empty() && tokens_.back().kind == TokenKind::kEndOfRow && continues(token)) {
      tokens_.pop_back();
    }
    tokens_.push_back(std::move(token));
  }

  void put_accent_on(Token& token) {
    if (token.kind == TokenKind::kProduct) {
      token.text = accent_ + token.text;
    } else if (token.kind == TokenKind::kLetter || token.kind == TokenKind::kWord) {
      token.text += "_" + accent_;
    } else {
      fail("a letter or a sign under the accent", in_quotes(token.text));
    }
    accent_.clear();
    if (!std::exchange(accent_in_braces_, false)) return;
    skip_blanks();
    begin_ = here_;
    if (next() != '}') fail("'}' behind one letter or sign under an accent", found_here());
    advance();
    begin_ = token.place;
  }

  std::string found_here() const {
    if (at_ == text_.size()) return "the end of the formula";
    return in_quotes(text_.substr(at_, peek().bytes));
  }

  void read() {
    begin_ = here_;
    const Character c = peek();
    const char first = text_[at_];
    if (first == '\\') return read_command();
    if (is_digit(first)) return read_number();
    if (is_letter(first)) return read_letters();
    if (first == '\'' && !after_name()) return read_quoted();
    if (first == '{' && !accent_.empty() && !accent_in_braces_) {
      accent_in_braces_ = true;
      return advance();
    }
    if (first == '}' && dropped_braces_ > 0 && open_braces_ == brace_to_drop_.back()) {
      --dropped_braces_;
      brace_to_drop_.pop_back();
      return advance();
    }
    if (first == '.' && tokens_.size() > 0) return advance();  // The end of a sentence.
    if (c.code < 0x80) return read_sign();
    read_unicode(c);
  }

  /// True if a prime may stand here.
  bool after_name() const {
    if (tokens_.empty()) return false;
    const Token& last = tokens_.back();
    return last.kind == TokenKind::kLetter || last.kind == TokenKind::kWord ||
           (last.kind == TokenKind::kSign &&
            (last.text == "'" || last.text == "}" || last.text == ")" || last.text == "]" ||
             last.text == "^"));
  }

  void read_sign() {
    static const std::unordered_map<std::string_view, Meaning> signs{
        {":=", {kRelation, "=="}},
        {"<=", {kRelation, "<="}},
        {">=", {kRelation, ">="}},
        {"==", {kRelation, "=="}},
        {"!=", {kRelation, "!="}},
        {"$$", {TokenKind::kEndOfRow, ""}},
        {"$", {TokenKind::kEndOfRow, ""}},
        {"=", {kRelation, "=="}},
        {"<", {kRelation, "<"}},
        {">", {kRelation, ">"}},
        {"*", {kProduct, "ast"}},
        {"(", {kSign, "("}},
        {")", {kSign, ")"}},
        {"[", {kSign, "["}},
        {"]", {kSign, "]"}},
        {"{", {kSign, "{"}},
        {"}", {kSign, "}"}},
        {"^", {kSign, "^"}},
        {"_", {kSign, "_"}},
        {",", {kSign, ","}},
        {";", {kSign, ","}},
        {":", {kSign, ":"}},
        {"+", {kSign, "+"}},
        {"-", {kSign, "-"}},
        {"/", {kSign, "/"}},
        {"'", {kSign, "'"}},
        {"|", {kSign, "|"}},
    };
    for (const std::size_t length : {std::size_t{2}, std::size_t{1}}) {
      const auto found = signs.find(text_.substr(at_, length));
      if (found == signs.end()) continue;
      advance_to(at_ + found->first.size());
      if (found->first == "{") ++open_braces_;
      if (found->first == "}") --open_braces_;
      if (found->second.text == "'") drop_script();
      return add(found->second.kind, found->second.text);
    }
    fail_at_character();
  }

  [[noreturn]] void fail_at_character() const {
    fail("a letter, a number, a sign or a command", found_here());
  }

  void read_number() {
    const auto end_of_digits = [this](std::size_t at) {
      while (at < text_.size() && is_digit(text_[at])) ++at;
      return at;
    };
    std::size_t end = end_of_digits(at_);
    if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
      end = end_of_digits(end + 1);
    }
    const std::string_view digits = text_.substr(at_, end - at_);
    if (digits.size() > language::kMostDigits) {
      fail(text("a number of at most ", language::kMostDigits, " digits"), in_quotes(digits));
    }
    advance_to(end);
    add(TokenKind::kNumber, digits);
  }

  /// Letters that stand together are a product of letters, but for the name of a function.
  void read_letters() {
    std::size_t end = at_;
    const auto longest = std::min(text_.size(), at_ + language::kLongestName);
    while (end < longest && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    std::size_t behind = text_.find_first_not_of(" \t\n", end);
    if (behind != std::string_view::npos && text_.substr(behind).starts_with("\\left")) {
      behind = text_.find_first_not_of(" \t\n", behind + 5);
    }
    const bool called = behind != std::string_view::npos && text_[behind] == '(';
    if (word.size() > 1 && called && is_function(word)) {
      advance_to(end);
      return add(TokenKind::kWord, word);
    }
    const std::string_view letter = text_.substr(at_, 1);
    advance();
    add(TokenKind::kLetter, letter);
  }

  /// 'valid', as in MATLAB.
  void read_quoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    const std::string_view word =
        end == std::string_view::npos ? "" : text_.substr(at_ + 1, end - at_ - 1);
    if (!is_identifier(word)) fail("a word between two '", found_here());
    advance_to(end + 1);
    add(TokenKind::kWord, word);
  }

  void read_unicode(const Character& c) {
    if (!c.valid) fail_at_character();
    // Accents of Unicode follow what they stand on.
    if ((c.code == 0x302 || c.code == 0x303) && !tokens_.empty()) {
      advance();
      accent_ = c.code == 0x302 ? "hat" : "tilde";
      return put_accent_on(tokens_.back());
    }
    const auto sign = unicode_signs().find(c.code);
    if (sign != unicode_signs().end()) {
      advance();
      if (sign->second.text == "'") drop_script();
      return add(sign->second.kind, sign->second.text);
    }
    const Token letter = letter_of(c.code);
    advance();
    add(letter.kind, letter.text);
  }

  /// Greek letters, and the mathematical alphabets, of 52, 58 and 10 letters each.
  Token letter_of(char32_t code) const {
    if (code >= 0x391 && code <= 0x3A9) return greek(code - 0x391);
    if (code >= 0x3B1 && code <= 0x3C9) return greek(code - 0x3B1 + 26);
    if (code >= 0x1D400 && code < 0x1D6A4) {
      const auto place = static_cast<int>((code - 0x1D400) % 52);
      const char letter = static_cast<char>(place < 26 ? 'A' + place : 'a' + place - 26);
      return {kLetter, std::string(1, letter), {}};
    }
    if (code >= 0x1D6A8 && code < 0x1D7CA) return greek((code - 0x1D6A8) % 58);
    if (code >= 0x1D7CE && code < 0x1D800) {
      return {
          TokenKind::kNumber, std::string(1, static_cast<char>('0' + (code - 0x1D7CE) % 10)), {}};
    }
    fail_at_character();
  }

  // -------------------------------------------------------------- commands

  void read_command() {
    advance();
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    if (end == at_ && at_ < text_.size()) end += peek().bytes;
    const std::string_view name = text_.substr(at_, end - at_);
    advance_to(end);
    if (looks().contains(name)) return skip_dot(name);
    if (styles().contains(name)) return read_styled();
    if (const auto accent = accents().find(name); accent != accents().end()) {
      accent_ = accent->second;
      return;
    }
    if (name == "[" || name == "]") return add(TokenKind::kEndOfRow, "");
    if (name == "begin" || name == "end") return read_environment();
    if (name == "label" || name == "tag") return (void)braces();
    if (const auto meaning = commands().find(name); meaning != commands().end()) {
      return add_command(name, meaning->second);
    }
    const auto small = std::find(kGreek.begin(), kGreek.end(), name);
    if (small != kGreek.end()) return add(TokenKind::kLetter, name);
    for (const std::string_view letter : kGreek) {
      if (capital(letter) == name) return add(TokenKind::kLetter, name);
    }
    fail("a command of formulas that is known here",
         in_quotes(text("\\", name.substr(0, language::kLongestName))));
  }

  void add_command(std::string_view name, const Meaning& meaning) {
    // 180^\circ are degrees, which go without saying.
    if (name == "circ" && drop_script()) return;
    if (name == "prime") drop_script();
    add(meaning.kind, meaning.text);
  }

  /// Takes back '^' or '^{', whose '}' will be left out; true if one stood here.
  bool drop_script() {
    const auto last_is = [this](std::string_view sign) {
      return !tokens_.empty() && tokens_.back().kind == TokenKind::kSign &&
             tokens_.back().text == sign;
    };
    if (last_is("{") && tokens_.size() > 1 && tokens_[tokens_.size() - 2].text == "^") {
      tokens_.pop_back();
      --open_braces_;
      ++dropped_braces_;
      brace_to_drop_.push_back(open_braces_);
    }
    if (!last_is("^")) return false;
    tokens_.pop_back();
    return true;
  }

  /// \left. and \right. are brackets that do not show.
  void skip_dot(std::string_view command) {
    if ((command == "left" || command == "right") && next() == '.') advance();
  }

  /// What stands between braces, as it is.
  std::string_view braces() {
    skip_blanks();
    begin_ = here_;
    if (next() != '{') fail("'{'", found_here());
    advance();
    const std::size_t first = at_;
    for (int depth = 1; depth > 0;) {
      if (at_ == text_.size()) fail("'}' for this '{'", "the end of the formula");
      const char c = text_[at_];
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      advance();
    }
    return text_.substr(first, at_ - first - 1);
  }

  void read_environment() {
    static const std::unordered_set<std::string_view> known{
        "aligned", "align",   "align*",   "equation", "equation*", "split",
        "gather",  "gather*", "gathered", "eqnarray", "eqnarray*", "displaymath"};
    const std::string_view name = braces();
    if (!known.contains(name)) {
      fail("aligned, align, equation, split, gather or gathered", in_quotes(name));
    }
    add(TokenKind::kEndOfRow, "");
  }

  static bool is_identifier(std::string_view word) {
    return !word.empty() && word.size() <= language::kLongestName && is_letter(word[0]) &&
           std::all_of(word.begin(), word.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
  }

  /// \mathrm{rot180} is a word, \mathbf{X} the letter X, \text{note that} a text.
  void read_styled() {
    skip_blanks();
    if (next() != '{') return;
    const std::size_t end = text_.find_first_of("{}", at_ + 1);
    if (end == std::string_view::npos || text_[end] != '}') return;
    std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    const std::size_t first = inside.find_first_not_of(" \t\n'");
    if (first == std::string_view::npos) return advance_to(end + 1);
    inside = inside.substr(first, inside.find_last_not_of(" \t\n'") + 1 - first);
    if (inside.find('\\') != std::string_view::npos) return;
    const bool is_one = character_at(inside, 0).bytes == inside.size();
    if (inside == "R" && text_.substr(0, at_).ends_with("mathbb"))
      return add_styled(end, kSign, "\\R");
    if (is_one) return;
    add_styled(end, is_identifier(inside) && !is_text(inside) ? kWord : TokenKind::kText, inside);
  }

  static bool is_text(std::string_view word) {
    return word == "where" || word == "and" || word == "for" || word == "if" || word == "with";
  }

  void add_styled(std::size_t end, TokenKind kind, std::string_view meaning) {
    advance_to(end + 1);
    add(kind, meaning);
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  Place here_;
  Place begin_;  // Of the token that is being read.
  std::string accent_;
  bool accent_in_braces_ = false;
  int open_braces_ = 0;
  int dropped_braces_ = 0;
  std::vector<int> brace_to_drop_;  // How many braces are open where each has to end.
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokens_of_formula(const Source& formula) {
  return Lexer(formula).run();
}

}  // namespace convproof::derivations::latex
