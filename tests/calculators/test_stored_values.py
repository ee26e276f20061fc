"""What weight files hold besides the parameters, tensor by tensor."""

from altered import altered

from calculators import facts
from calculators.architecture import extras

MODELS = facts.load().models


def test_a_vision_tower_and_what_leads_from_it():
    # SigLIP as in Gemma 3: 64 x 64 patches of 14 x 14 x 3, 27 layers of 1152 with 4304 in between, and to 5376
    patches = 14 * 14 * 3 * 1152 + 1152 + 64 * 64 * 1152
    layer = 4 * (1152 * 1152 + 1152) + 2 * 1152 * 4304 + 4304 + 1152 + 2 * 2 * 1152
    after = 2 * 1152 + 1152 * 5376 + 1152
    assert extras(MODELS["gemma-3-27b"]) == {"vision tower and projector": patches + 27 * layer + after}


def test_a_layer_that_predicts_one_token_more():
    # DeepSeek-V3: one more layer of 257 experts of 7168 x 2048, a matrix and three norms around it, and two tables
    d, table = 7168, 129_280 * 7168
    attention = d * 1536 + 1536 * 128 * 192 + d * 576 + 512 * 128 * 256 + 128 * 128 * d + 1536 + 512
    layer = attention + 257 * 3 * d * 2048 + 256 * d + 256 + 2 * d
    found = extras(MODELS["deepseek-v3"])
    assert found["MTP layer with its copies of the embeddings"] == layer + 3 * d + 2 * d * d + 2 * table


def test_a_scale_for_each_square_of_128():
    # DeepSeek-V3 in blocks of 128: 56 across 7168, 12 across 1536, 16 across 2048, 144 across 18,432; 576 takes five
    attention = 12 * 56 + 192 * 12 + 5 * 56 + 256 * 4 + 56 * 128
    layers = 62 * attention + 3 * 3 * 144 * 56 + 59 * 257 * 3 * 16 * 56
    assert extras(MODELS["deepseek-v3"])["FP8 scales"] == layers


def test_an_image_has_only_whole_patches():
    # 900 pixels have 64 patches of 14, as 896 have
    other = altered(MODELS["gemma-3-27b"], vision__image_size=900)
    assert extras(other) == extras(MODELS["gemma-3-27b"])


def test_a_block_that_is_not_filled_has_a_scale_too():
    # blocks of 100: 72 across 7168 (71.68), 16 across 1536, 6 across 512 and 576, 21 across 2048, 185 across 18,432,
    # 246 across 24,576, 328 across 32,768, 164 across 16,384
    attention = 16 * 72 + 246 * 16 + 6 * 72 + 328 * 6 + 72 * 164
    layers = 62 * attention + 3 * 3 * 185 * 72 + 59 * 257 * 3 * 21 * 72
    assert extras(altered(MODELS["deepseek-v3"], stored__fp8_block=100))["FP8 scales"] == layers


def test_nothing_is_added_where_nothing_is_known():
    assert extras(MODELS["llama-3-8b"]) == {}
