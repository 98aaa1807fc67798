"""Names of the Vulkan devices, as the loader sees them."""

import ctypes
from ctypes import byref, c_uint32, c_void_p, create_string_buffer


class InstanceCreateInfo(ctypes.Structure):
    """VkInstanceCreateInfo"""

    _fields_ = [
        ("sType", c_uint32),
        ("pNext", c_void_p),
        ("flags", c_uint32),
        ("pApplicationInfo", c_void_p),
        ("enabledLayerCount", c_uint32),
        ("ppEnabledLayerNames", c_void_p),
        ("enabledExtensionCount", c_uint32),
        ("ppEnabledExtensionNames", c_void_p),
    ]


vulkan = ctypes.CDLL("libvulkan.so.1")
instance = c_void_p()
count = c_uint32()
result = vulkan.vkCreateInstance(byref(InstanceCreateInfo(sType=1)), None, byref(instance))
if result == 0:
    result = vulkan.vkEnumeratePhysicalDevices(instance, byref(count), None)
print("vulkan result", result, "devices", count.value)
devices = (c_void_p * count.value)()
if count.value:
    vulkan.vkEnumeratePhysicalDevices(instance, byref(count), devices)
for device in devices:
    # VkPhysicalDeviceProperties: apiVersion first, deviceName at byte 20.
    properties = create_string_buffer(2048)
    vulkan.vkGetPhysicalDeviceProperties(c_void_p(device), properties)
    api = int.from_bytes(properties[0:4], "little")
    print("vulkan device:", properties[20:276].split(b"\0")[0].decode(), f"api {api >> 22}.{api >> 12 & 1023}")
