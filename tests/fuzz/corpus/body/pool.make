pool.make
{"code": "PL-0001", "specification": "XP-AD/1.0", "inputs": [{"harvest": "HV-0001", "volume_ul": 640000}, {"harvest": "HV-0002", "volume_ul": 610500}], "volume_ul": 1250000, "loss_ul": 0}