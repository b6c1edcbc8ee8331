# Writes the claim files of the notes into a source file, so that the program carries them.
#   cmake -DFOLDER=<derivations/claims> -DNAMES=<name>,<name>... -DOUTPUT=<file.cpp> -P embed.cmake

cmake_policy(VERSION 3.25)

set(source "#include \"derivations/claims/claims.h\"\n\nnamespace convproof::derivations {\n\n"
  "const std::vector<ClaimText>& notes_claims() {\n"
  "  static const std::vector<ClaimText> all = {\n")
list(JOIN source "" source)
string(REPLACE "," ";" names "${NAMES}")
foreach(name IN LISTS names)
  file(READ "${FOLDER}/${name}" claims)
  string(FIND "${claims}" ")claims\"" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${name} has the characters in it that end a text in the program.")
  endif()
  string(APPEND source "      {\"${name}\", R\"claims(${claims})claims\"},\n")
endforeach()
string(APPEND source "  };\n  return all;\n}\n\n}  // namespace convproof::derivations\n")
file(WRITE "${OUTPUT}" "${source}")
