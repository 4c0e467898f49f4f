// Light or dark as the page is: JupyterLab and VS Code say so on the body, elsewhere the reader's system decides.

/**
 * @param {{ jpThemeLight?: string | undefined, vscodeThemeKind?: string | undefined }} page the body's data attributes
 * @param {boolean} systemDark
 */
export function isDark(page, systemDark) {
  if (page.jpThemeLight !== undefined) return page.jpThemeLight === "false";
  if (page.vscodeThemeKind !== undefined) return !page.vscodeThemeKind.includes("light");
  return systemDark;
}

/**
 * Keep the class `nad-dark` true to the page's theme; returns the clean-up.
 * @param {HTMLElement} root
 * @returns {import("./types").Cleanup}
 */
export function followTheme(root) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => root.classList.toggle("nad-dark", isDark(document.body.dataset, system.matches));
  const observer = new MutationObserver(apply);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"],
  });
  system.addEventListener("change", apply);
  apply();
  return () => {
    observer.disconnect();
    system.removeEventListener("change", apply);
  };
}
