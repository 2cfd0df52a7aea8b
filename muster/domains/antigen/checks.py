"""What must hold of antigen kits; run by `muster check`. Each query names the rows for which it does not."""

CHECKS = {
    "kits received are on hand, issued or discarded": """
        SELECT 'batch ' || id FROM antigen_kitbatch WHERE received <> on_hand + issued + discarded
    """,
    "kits that left a store are those of its issues": """
        SELECT 'batch ' || b.id || ': ' || b.issued FROM antigen_kitbatch b
        WHERE b.issued <> (SELECT coalesce(sum(i.kits), 0) FROM antigen_kitissue i WHERE i.batch_id = b.id)
    """,
    "kits that were served are those of the issues of a want": """
        SELECT 'want ' || w.id || ': ' || w.served FROM antigen_kitwant w
        WHERE w.served <> (SELECT coalesce(sum(i.kits), 0) FROM antigen_kitissue i WHERE i.want_id = w.id)
    """,
}
