"""The report in a real browser: nothing is fetched, no errors, tables sort, nothing overflows.

Needs Chromium and its driver (Debian: ``apt-get install chromium chromium-driver``); where
they are missing the tests are skipped, but on a build server (CI is set) they fail.
"""

import base64
import json
import os
import shutil

import pytest
from support import reported_store

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
PHONE, DESK = 390, 1280  # pixels across
WANTED = {"performance": "ALL", "browser": "ALL"}
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
OUTSIDE_WIDTH = """
return [...document.querySelectorAll("main *")].filter((element) => {
  if (element.closest(".scroll, pre, details:not([open])")) return false;
  // a drawing clips its shapes to the axes; its words must be whole
  if (element.closest("svg") && !["svg", "text"].includes(element.tagName)) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.right > document.documentElement.clientWidth + 0.5;
}).map((element) => element.tagName + " " + element.textContent.slice(0, 40));
"""
BOXES = """
return [...document.querySelectorAll("figure svg")].filter(
  (svg) => svg.getBoundingClientRect().width > 0).map((svg) => {
  const box = svg.getBoundingClientRect();
  return [svg.querySelector("title").textContent, box.width, box.height,
          svg.querySelectorAll("path, use, rect").length];
});
"""
COLUMN = """
const [table, column] = arguments;
return [...table.tBodies[0].rows].map((row) => row.cells[column].textContent);
"""


@pytest.fixture(scope="module")
def path(html, tmp_path_factory):
    path = tmp_path_factory.mktemp("browser") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def driver():
    if not (CHROMIUM and DRIVER):
        missing = "chromium or chromedriver is not installed"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", WANTED)
    for switch in SWITCHES:
        options.add_argument(switch)
    service = webdriver.ChromeService(executable_path=DRIVER)
    browser = webdriver.Chrome(options=options, service=service)
    yield browser
    browser.quit()


def look(driver, path, width):
    """Open the page in a window of a width; return the URLs asked for, and complaints."""
    for name in WANTED:
        driver.get_log(name)  # what was before
    size = {"width": width, "height": 900, "deviceScaleFactor": 1}
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {**size, "mobile": width == PHONE}
    )
    driver.get(path.as_uri())
    events = [
        json.loads(e["message"])["message"] for e in driver.get_log("performance")
    ]
    asked = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    return asked, driver.get_log("browser")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_page_loads_nothing_and_logs_no_error(driver, path, width):
    asked, complaints = look(driver, path, width)
    assert path.as_uri() in asked
    assert [u for u in asked if not u.startswith(("file:", "data:"))] == []
    assert [u for u in asked if u.startswith("file:")] == [path.as_uri()]
    assert complaints == []
    assert driver.title == reported_store.TITLE


def test_requests_and_errors_are_detected(driver, path, tmp_path):
    bad = path.read_text().replace(
        "</main>",
        '</main><img src="https://example.org/a.png"><script>nothing()</script>',
    )
    (tmp_path / "bad.html").write_text(bad)
    asked, complaints = look(driver, tmp_path / "bad.html", DESK)
    assert "https://example.org/a.png" in asked
    assert any("nothing is not defined" in c["message"] for c in complaints)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_figure_is_drawn(driver, path, width):
    look(driver, path, width)
    boxes = driver.execute_script(BOXES)
    assert len(boxes) >= 12
    small = [box for box in boxes if box[1] < 300 or box[2] < 80 or box[3] < 5]
    assert small == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_page_never_scrolls_sideways(driver, path, width):
    look(driver, path, width)
    root = "return document.documentElement"
    assert driver.execute_script(f"{root}.scrollWidth <= {root[7:]}.clientWidth")
    assert driver.execute_script(OUTSIDE_WIDTH) == []


def test_text_is_large_enough_on_a_phone(driver, path):
    look(driver, path, PHONE)
    sizes = driver.execute_script(
        "return [...document.querySelectorAll('p, li, td')].map("
        "(e) => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 13
    body = "return parseFloat(getComputedStyle(document.body).fontSize)"
    assert driver.execute_script(body) == 16


def test_figures_have_text_for_screen_readers(driver, path):
    look(driver, path, DESK)
    tree = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    images = [n for n in tree if n.get("role", {}).get("value") == "image"]
    names = [n.get("name", {}).get("value", "") for n in images]
    assert len(names) >= 12 and all(len(name) > 40 for name in names)


def measures(driver, k=0):
    """Return the k-th table of measures and its buttons."""
    table = driver.find_elements("css selector", "#measures table")[k]
    return table, table.find_elements("css selector", "thead button")


def as_numbers(cells) -> list[float]:
    return [float(cell.partition(" ")[0]) for cell in cells if cell != "-"]


def test_buttons_sort_numbers_both_ways_missing_last(driver, path):
    look(driver, path, DESK)
    table, buttons = measures(driver, 1)
    heads = [button.text.splitlines()[0] for button in buttons]
    column = heads.index("Displacement")  # missing where nothing is scored
    before = driver.execute_script(COLUMN, table, column)
    for direction, is_reversed in (("ascending", False), ("descending", True)):
        buttons[column].click()
        after = driver.execute_script(COLUMN, table, column)
        assert sorted(after) == sorted(before)
        numbers = as_numbers(after)
        assert numbers == sorted(numbers, reverse=is_reversed)
        n_missing = after.count("-")
        assert n_missing and after[-n_missing:] == ["-"] * n_missing
        head = buttons[column].find_element("xpath", "..")
        assert head.get_attribute("aria-sort") == direction
    sorted_by = table.find_elements("css selector", "th[aria-sort]")
    assert len(sorted_by) == 1


def test_numbers_are_not_sorted_as_text(driver, path):
    look(driver, path, DESK)
    table, buttons = measures(driver)
    driver.execute_script(
        "[...arguments[0].tBodies[0].rows].forEach((row, k) => {"
        "row.cells[1].textContent = row.cells[1].dataset.key = [9, 100, -20, 1e-7][k % 4]"
        "})",
        table,
    )
    buttons[1].click()
    numbers = [float(cell) for cell in driver.execute_script(COLUMN, table, 1)]
    assert numbers == sorted(numbers) and len(set(numbers)) == 4


def test_text_is_sorted_by_the_keyboard(driver, path):
    look(driver, path, DESK)
    table, buttons = measures(driver)
    driver.execute_script("arguments[0].focus()", buttons[0])
    driver.switch_to.active_element.send_keys("\n")
    names = driver.execute_script(COLUMN, table, 0)
    folded = [name.lower() for name in names if name[0].isalpha()]
    assert folded == sorted(folded) and len(folded) >= 5


def test_tables_can_be_read_without_scripts(driver, path):
    off = "Emulation.setScriptExecutionDisabled"
    driver.execute_cdp_cmd(off, {"value": True})
    try:
        look(driver, path, DESK)
        found = driver.find_elements("css selector", "#measures td")
        assert len(found) > 40 and all(cell.is_displayed() for cell in found)
        assert driver.find_elements("css selector", "thead button") == []
    finally:
        driver.execute_cdp_cmd(off, {"value": False})


def test_points_of_every_figure_have_hover_values(driver, path):
    look(driver, path, DESK)
    unmatched = driver.execute_script(
        "return [...document.querySelectorAll('.wide [data-tips]')].filter("
        "(part) => pointsOf(part).length === 0).map((part) => part.dataset.series)"
    )
    assert unmatched == []
    said = driver.execute_script(
        """
        const part = document.querySelector("#capture [data-tips]");
        part.scrollIntoView({block: "center"});
        const {x, y, tip} = pointsOf(part)[0];
        const at = (x, y) => part.closest("svg").dispatchEvent(
          new PointerEvent("pointermove", {clientX: x, clientY: y, bubbles: true}));
        at(x + 3, y - 3);
        const shown = document.querySelector(".tip").textContent;
        at(x + 3000, y);
        return [tip, shown, document.querySelectorAll(".tip").length];
        """
    )
    assert said[0] == said[1] and "capture" in said[0] and said[2] == 0


def test_check_boxes_hide_a_series_in_both_drawings(driver, path):
    look(driver, path, DESK)
    box = driver.find_element("css selector", "#capture .series input")
    name = box.find_element("xpath", "..").text
    hidden = (
        "return [...box.closest('figure').querySelectorAll('[data-series]')].filter("
        "(part) => part.classList.contains('hidden')).map((p) => p.dataset.series)"
    ).replace("box", "arguments[0]")
    box.click()
    parts = driver.execute_script(hidden, box)
    assert len(parts) >= 4 and {" ".join(part.split()) for part in parts} == {name}
    box.click()
    assert driver.execute_script(hidden, box) == []


def test_it_prints_on_pages(driver, path):
    look(driver, path, DESK)
    made = driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27})
    pdf = base64.b64decode(made["data"])
    assert pdf.startswith(b"%PDF") and len(pdf) > 50_000


def test_no_table_is_cut_off_in_print(driver, path):
    look(driver, path, 718)  # an A4 page less its margins
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        wide = driver.execute_script(
            "return [...document.querySelectorAll('table, svg')].filter((e) => "
            "e.getBoundingClientRect().right > innerWidth).map((e) => e.textContent)"
        )
        assert wide == []
        shown = driver.find_element("css selector", "nav").is_displayed()
        assert not shown
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
