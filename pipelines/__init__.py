"""What happens to an item, in the order of ``ITEM_PIPELINES`` in `harvester.settings`."""
