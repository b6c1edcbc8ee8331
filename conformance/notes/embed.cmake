# Writes the tables of the notes into a source file, so that the program carries them.
#   cmake -DFOLDER=<conformance/notes> -DOUTPUT=<file.cpp> -P embed.cmake

cmake_policy(VERSION 3.25)

set(source "#include <string_view>\n\nnamespace convproof::conformance {\n\n")
foreach(pair "index;kNotesIndex" "coverage;kNotesCoverage" "not_computable;kNotesNotComputable")
  list(GET pair 0 file)
  list(GET pair 1 name)
  file(READ "${FOLDER}/${file}.tsv" table)
  string(APPEND source
    "extern const std::string_view ${name};\n"
    "const std::string_view ${name} = R\"tsv(${table})tsv\";\n\n")
endforeach()
string(APPEND source "}  // namespace convproof::conformance\n")
file(WRITE "${OUTPUT}" "${source}")
