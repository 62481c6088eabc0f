# The two libraries, both from the position-independent objects of all layers, and their names:
#   Parley::static, Parley::shared   one of the two for sure
#   Parley::parley                   the static one, or the shared one under BUILD_SHARED_LIBS

get_property(layers GLOBAL PROPERTY PARLEY_LAYERS)
set(objects)
set(libraries)
foreach(layer IN LISTS layers)
  list(APPEND objects $<TARGET_OBJECTS:parley_${layer}>)
  get_property(layer_libraries GLOBAL PROPERTY PARLEY_LIBRARIES_${layer})
  list(APPEND libraries ${layer_libraries})
endforeach()
list(REMOVE_DUPLICATES libraries)

add_library(parley_static STATIC ${objects})
add_library(parley_shared SHARED ${objects})
foreach(kind static shared)
  set_target_properties(parley_${kind} PROPERTIES
    OUTPUT_NAME parley EXPORT_NAME ${kind} LINKER_LANGUAGE CXX CXX_EXTENSIONS OFF)
  target_compile_features(parley_${kind} PUBLIC cxx_std_20)
  target_include_directories(parley_${kind} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(parley_${kind} PRIVATE ${libraries})
  if(PARLEY_SANITIZE)
    # A program that uses an instrumented library needs the sanitizer's runtime too.
    target_link_options(parley_${kind} PUBLIC $<BUILD_INTERFACE:-fsanitize=${PARLEY_SANITIZE}>)
  endif()
  if(PARLEY_COVERAGE)
    target_link_options(parley_${kind} PUBLIC $<BUILD_INTERFACE:--coverage>)
  endif()
  add_library(Parley::${kind} ALIAS parley_${kind})
endforeach()

# Before 1.0 a minor version may break the interface, so the minor number is part of the name.
set_target_properties(parley_shared PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
if(NOT PARLEY_SANITIZE AND NOT APPLE)
  # Calls within the library go straight, and not through a table that others could change.
  target_link_options(parley_shared PRIVATE -Wl,--no-undefined -Wl,-Bsymbolic-functions)
endif()

if(BUILD_SHARED_LIBS)
  add_library(Parley::parley ALIAS parley_shared)
else()
  add_library(Parley::parley ALIAS parley_static)
endif()
