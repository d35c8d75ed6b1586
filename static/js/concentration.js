// The chart of a register: how much the largest holders have together.
import { Chart } from "../vendor/chart.mjs";

const canvas = document.querySelector("#concentration");
if (canvas) {
  let chart = draw(canvas);
  document.addEventListener("theme", () => {
    chart.destroy();
    chart = draw(canvas);
  });
}

function draw(place) {
  const points = JSON.parse(document.querySelector("#concentration-data").textContent);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const text = { color: colour("--ts-soft"), font: { family: colour("--ts-sans"), size: 12 } };
  return new Chart(place, {
    type: "line",
    data: {
      labels: points.map((point) => point.holders),
      datasets: [{
        data: points.map((point) => point.hundredths / 100),
        borderColor: colour("--ts-hazel"),
        backgroundColor: `color-mix(in srgb, ${colour("--ts-hazel")} 14%, transparent)`,
        borderWidth: 2.5,
        fill: true,
        pointRadius: 0,
        pointHitRadius: 12,
        stepped: points.length < 30,
      }],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: { tooltip: { displayColors: false, callbacks: { label: (item) => `${item.formattedValue} %` } } },
      scales: {
        x: { ticks: { ...text, maxTicksLimit: 8, maxRotation: 0 }, grid: { display: false }, title: { ...text, display: true, text: place.dataset.axis } },
        y: { min: 0, max: 100, ticks: { ...text, stepSize: 25, callback: (value) => `${value} %` }, grid: { color: colour("--ts-line") }, border: { display: false } },
      },
    },
  });
}
