# How every target of this tree is compiled, and the two kinds of target that it is made of:
# a layer (one folder of src/, an object library) and a layer's tests (one folder of tests/).

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

add_library(parley_build_flags INTERFACE)
target_compile_features(parley_build_flags INTERFACE cxx_std_20)
target_compile_options(parley_build_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(PARLEY_WARNINGS_AS_ERRORS)
  target_compile_options(parley_build_flags INTERFACE -Werror)
endif()
if(PARLEY_SANITIZE)
  target_compile_options(parley_build_flags INTERFACE
    -fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(PARLEY_SANITIZE MATCHES undefined)
    # It opens a pipe to look at an object; out of descriptors, which tests are, it sees a wrong one.
    target_compile_options(parley_build_flags INTERFACE -fno-sanitize=vptr)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # Instrumented code confuses the analysis behind this warning; plain builds have it.
    target_compile_options(parley_build_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_link_options(parley_build_flags INTERFACE -fsanitize=${PARLEY_SANITIZE})
endif()
if(PARLEY_COVERAGE)
  target_compile_options(parley_build_flags INTERFACE --coverage -O0)
  target_link_options(parley_build_flags INTERFACE --coverage)
endif()

# parley_layer(name [LAYERS lower...] [LIBRARIES third-party...])
# An object library from src/<name>/*.cpp that may link only the lower layers it names.
function(parley_layer name)
  cmake_parse_arguments(ARG "" "" "LAYERS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)
    set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
  endif()
  add_library(parley_${name} OBJECT ${sources})
  set_target_properties(parley_${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    CXX_EXTENSIONS OFF)
  target_compile_definitions(parley_${name} PRIVATE PARLEY_BUILDING)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # What is exported may be inlined within its own file all the same, as clang does.
    target_compile_options(parley_${name} PRIVATE -fno-semantic-interposition)
  endif()
  if(CMAKE_INTERPROCEDURAL_OPTIMIZATION AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # The static library serves programs that are linked with -flto and those that are not.
    target_compile_options(parley_${name} PRIVATE -ffat-lto-objects)
  endif()
  target_include_directories(parley_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(parley_${name} PRIVATE parley_build_flags ${ARG_LIBRARIES})
  set(closure parley_${name})
  foreach(lower IN LISTS ARG_LAYERS)
    get_property(below GLOBAL PROPERTY PARLEY_CLOSURE_${lower})
    list(APPEND closure ${below})
  endforeach()
  list(REMOVE_DUPLICATES closure)
  set_property(GLOBAL PROPERTY PARLEY_CLOSURE_${name} "${closure}")
  set_property(GLOBAL APPEND PROPERTY PARLEY_LAYERS ${name})
  set_property(GLOBAL PROPERTY PARLEY_LIBRARIES_${name} "${ARG_LIBRARIES}")
endfunction()

# parley_link_layers(target name)
# Links a program with the objects of a layer and of those below it.
function(parley_link_layers target name)
  get_property(closure GLOBAL PROPERTY PARLEY_CLOSURE_${name})
  foreach(layer IN LISTS closure)
    string(REPLACE "parley_" "" short ${layer})
    get_property(libraries GLOBAL PROPERTY PARLEY_LIBRARIES_${short})
    target_link_libraries(${target} PRIVATE ${layer} ${libraries})
  endforeach()
endfunction()

# parley_layer_tests(name [EXTRA sources...])
# One GoogleTest program from tests/<name>/*_test.cpp, linked with that layer and those below it,
# so that a layer's tests build while a higher layer is being changed.
function(parley_layer_tests name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  set_target_properties(test_${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  parley_link_layers(test_${name} ${name})
  target_link_libraries(test_${name} PRIVATE parley_build_flags GTest::gtest GTest::gtest_main GTest::gmock)
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}/ DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 120 LABELS unit)
endfunction()
