#include "scalekv/sampling.h"

namespace scalekv {

GenerationRequest paperRequest(GenerationRequest otherwise) {
    otherwise.negativePrompt.clear();
    otherwise.size = "1M";
    otherwise.aspectRatio = 1;
    otherwise.cfg = {3};
    otherwise.tau = {1};
    otherwise.guidanceLayers = {0};
    otherwise.topK = 900;
    otherwise.topP = 0.97;
    return otherwise;
}

} // namespace scalekv
