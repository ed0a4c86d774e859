// Runs once when the list of patients loads. `element`, `trigger` and `props` are given by Gradio.
element.addEventListener("click", (event) => {
  const { source, id, upload } = event.target.closest("button")?.dataset ?? {};
  if (id !== undefined) trigger("pick", { source, id, upload });
});

// Gradio says nothing when a file is over its bound; so it is stopped here, before Gradio sees it, and the page says so.
document.addEventListener(
  "change",
  (event) => {
    const files = event.target.matches("#find input[type=file]") ? [...event.target.files] : [];
    if (!files.some((file) => file.size > props.max_upload_bytes)) return;
    event.stopImmediatePropagation();
    event.target.value = "";
    trigger("refuse");
  },
  true,
);
