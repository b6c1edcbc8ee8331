// Compiled for its precompiled headers alone (Tests.cmake).
