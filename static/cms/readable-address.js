// A page's address is made from its title while it is typed. Wagtail drops every letter with a mark ("thử" → "th"); here
// the letter stays and only its mark goes, as campaigns.models.pages does on the server ("thử" → "thu").
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").replace(/[’ʼ]/g, "");

for (const name of ["w-sync:check", "w-sync:apply"]) {
  document.addEventListener(name, (event) => {
    if (event.target.id === "id_slug" && event.detail?.value) event.detail.value = plain(event.detail.value);
  }, true);
}
