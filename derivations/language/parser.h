// Reads a text of the claim language. The grammar; words in quotes stand as they are, [x] may be
// left out, x... is one or more x with commas between them:
//
//   file      : statement*            one on each line; indented lines continue; # begins a comment
//   statement : 'title' "text"                                              at most once
//             | 'size' (NAME [relation expr])...                            >= 1 if nothing is said
//             | 'assume' comparison...
//             | 'const' NAME '=' expr
//             | 'each' NAME 'in' expr '..' expr
//             | 'tensor' NAME '[' expr... ']' ['from' expr...] ['zero']
//             | 'scalar' NAME...
//             | 'seed' NAME 'like' expr
//             | 'let' NAME ['[' range... ']' ['zero']] '=' expr
//             | 'reading' NAME '=' alternative '|' alternative ['|' alternative]*
//             | 'claim' NAME ['[' range... ']'] ':' expr ('==' expr)+ remark*
//             | 'numeric' NAME ['[' range... ']'] ':' expr ('==' expr)+ remark*
//             | 'arith' NAME ':' comparison remark*
//             | 'consistent' ':' NAME... remark*
//   remark    : 'item' ITEM           one, or one for each link of the chain
//             | 'expect' verdict ['holds' 'iff' condition] ['from' 'grad']           likewise
//   verdict   : 'proved' | 'refuted' | 'shapes' 'differ' | 'ill-formed' | 'undecided' | 'supported'
//             | 'cannot' 'be' 'read'
//   condition : 'never' | comparison ('and' comparison)* ('or' comparison ('and' comparison)*)*
//   range     : NAME 'in' expr '..' expr
//   comparison: expr (relation expr)+
//   relation  : '==' | '!=' | '<' | '<=' | '>' | '>='
//   alternative: OPERATOR | MODE | expr
//   expr      : term (('+' | '-') term)*
//   term      : factor (('*' | '.*' | '/') factor)*
//   factor    : '-' factor | 'sum' '(' range... ['where' comparison...] ')' term | primary
//   primary   : NUMBER | NAME | '(' expr ')' | callee '(' expr... option... ')', the last three
//               also with '[' expr... ']' behind
//   callee    : OPERATOR | NAME of a reading
//   option    : ('mode' '=' (MODE | NAME of a reading))
//             | ('stride' | 'dilation' | 'pad') '=' (expr | '[' expr... ']')
//
// shape(T) stands nowhere but in ones(shape(T)). So '=' defines and '==' compares, and the term of
// a sum reaches as far as products do. NAME is letters, digits and _, not beginning with a digit,
// with any number of ' behind.
#pragma once

#include "derivations/language/ast.h"
#include "derivations/language/source.h"

namespace convproof::derivations::language {

/// Parentheses, subscripts, arguments, sums and minus signs within each other.
inline constexpr int kDeepestNesting = 200;
/// Axes, subscripts, arguments, alternatives.
inline constexpr std::size_t kLongestList = 32;
/// Different indices in one reading.
inline constexpr std::size_t kMostIndicesOfReading = 64;

/// The tree of a text. Besides the grammar this holds for it:
/// - Every name has been declared above its use, once; a name of the language is none.
/// - An index is known where it is bound, and nowhere else; nothing else has its name there. Within
///   one statement, a name that was bound in a part of it is not used outside of that part.
/// - Subscripts are at most as many as axes, arguments as many as the operator takes.
/// - Sizes, subscripts and limits are made of numbers, constants, sizes and indices.
/// - Functions like exp, and divisions by a tensor, reach no claim but numeric ones.
/// - A reading may stand wherever all its alternatives may.
/// Whether shapes fit is not decided here: it may be what a claim is about.
///
/// Throws:  LanguageError at the first place where the text breaks a rule.
/// Cost:    linear in the text.
File parse(const Source& source);

}  // namespace convproof::derivations::language
