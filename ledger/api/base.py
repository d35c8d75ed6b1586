"""What every view of the API has in common: how long its answer holds."""

from typing import Any, ClassVar, Final

from rest_framework.views import APIView

# Never longer: what answers at this address may tomorrow be a node of another chain.
A_MINUTE: Final = "public, max-age=60"


class View(APIView):
    """An answer is of its moment and nobody's to keep, unless the view says that it lasts."""

    lasting: ClassVar[bool] = False

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say so in the headers."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        keeps = self.lasting and answer.status_code == 200
        answer.headers.setdefault("Cache-Control", A_MINUTE if keeps else "no-store")
        return answer
