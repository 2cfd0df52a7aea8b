"""What must hold of goods; run by `muster check`. Each query names the rows for which it does not."""

CHECKS = {
    "what a holder received of a batch is on hand, moved on, sold or destroyed": """
        SELECT 'lot ' || id FROM goods_lot WHERE received <> on_hand + moved + sold + destroyed
    """,
    "what moved on of a lot is on its way or was received elsewhere": """
        SELECT 'lot ' || l.id || ': ' || l.moved || ' moved, ' || coalesce(sum(h.quantity), 0) || ' handed over'
        FROM goods_lot l LEFT JOIN goods_handover h ON h.lot_id = l.id AND h.state <> 'returned'
        GROUP BY l.id HAVING l.moved <> coalesce(sum(h.quantity), 0)
    """,
    "what was sold or destroyed of a lot was recorded": """
        SELECT 'lot ' || l.id FROM goods_lot l LEFT JOIN goods_removal r ON r.lot_id = l.id GROUP BY l.id
        HAVING l.sold <> coalesce(sum(r.quantity) FILTER (WHERE r.why = 'sold'), 0)
            OR l.destroyed <> coalesce(sum(r.quantity) FILTER (WHERE r.why <> 'sold'), 0)
    """,
    "a lot has what was handed over to make it, and is of the same batch": """
        SELECT 'lot ' || l.id FROM goods_lot l LEFT JOIN goods_handover h ON h.made_id = l.id
        LEFT JOIN goods_lot p ON p.id = l.parent_id
        WHERE l.parent_id IS NOT NULL AND (h.id IS NULL OR h.quantity <> l.received OR h.lot_id <> l.parent_id
            OR p.batch_id <> l.batch_id OR h.to_id <> l.holder_id)
    """,
    "what entered of a batch is at its holders, on its way, sold or destroyed": """
        SELECT 'batch ' || b.number FROM goods_batch b
        LEFT JOIN (SELECT batch_id, sum(on_hand + sold + destroyed) AS there FROM goods_lot GROUP BY 1) l
            ON l.batch_id = b.id
        LEFT JOIN (SELECT l.batch_id, sum(h.quantity) AS underway FROM goods_handover h JOIN goods_lot l
            ON l.id = h.lot_id WHERE h.state IN ('sent', 'differs') GROUP BY 1) u ON u.batch_id = b.id
        WHERE coalesce(b.entered, 0) <> coalesce(l.there, 0) + coalesce(u.underway, 0)
    """,
    "nothing of a batch left the first warehouse before it was released": """
        SELECT 'handover ' || h.id FROM goods_handover h JOIN goods_lot l ON l.id = h.lot_id
        JOIN goods_batch b ON b.id = l.batch_id WHERE b.released_at IS NULL OR h.sent_at < b.released_at
    """,
    "a released batch was tested and disinfected": """
        SELECT 'batch ' || b.number FROM goods_batch b WHERE b.released_at IS NOT NULL
        AND (b.disinfected_at IS NULL OR NOT EXISTS (SELECT FROM goods_sampling s JOIN goods_lot l ON l.id = s.lot_id
            WHERE l.batch_id = b.id AND l.parent_id IS NULL AND s.result <> '' AND s.result_at <= b.released_at))
    """,
}
