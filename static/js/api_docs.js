// Draws the API's documentation from the schema whose address stands in the page.
const place = document.querySelector("#api-docs");

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
});
