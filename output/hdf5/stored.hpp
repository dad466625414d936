#pragma once
/// \file Objects of a file as they are stored, whatever they are for.

#include <string>
#include <vector>

#include "output/hdf5/handle.hpp"

namespace vt::hdf5 {

Handle open_object(hid_t group, const std::string& name);
bool is_group(hid_t object);
/// Not a soft link, nor one into another file.
bool is_hard_link(hid_t group, const std::string& name);
/// Without those of the library's dimension scales.
std::vector<std::string> attribute_names(hid_t object);

/// Type and value, as bytes that are the same on every machine. \throws Failure if it is neither a number nor a text of
/// fixed length
std::string stored_attribute(hid_t object, const std::string& name);

/// Values of a dataset: integers and numbers as bytes, the least significant first, or texts.
struct Stored {
  std::string type;  ///< "i8", "u1", "f8": kind and bytes of an element; "text"
  Shape shape;
  std::string bytes;
  std::vector<std::string> texts;
};

/// \param texts read_texts() of an Image, own_texts() of a file that is being written
/// \throws Failure if it is of another type, or stored in another file
Stored stored_values(hid_t group, const std::string& name,
                     std::vector<std::string> (*texts)(hid_t, const std::string&));

/// read_texts() where the library can be trusted with the references: it wrote them itself.
std::vector<std::string> own_texts(hid_t group, const std::string& name);

}  // namespace vt::hdf5
