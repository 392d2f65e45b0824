"""The science of Penumbra: reusable, without any display library."""
