/* Runs a fuzz target over files and over all files in folders: replay FILE|FOLDER ... */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

static size_t n_replayed;

static void replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    require(file);
    struct stat status;
    require(fstat(fileno(file), &status) == 0);
    const size_t size = (size_t)status.st_size;
    uint8_t *bytes = malloc(size + (size == 0)); /* exact, so that a byte too far is seen */
    require(bytes && fread(bytes, 1, size, file) == size);
    fclose(file);
    fprintf(stderr, "%s\r", path);
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    n_replayed++;
}

static void replay_folder(const char *path) {
    DIR *folder = opendir(path);
    require(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] != '.') {
            char *name = NULL;
            require(asprintf(&name, "%s/%s", path, entry->d_name) > 0);
            replay_file(name);
            free(name);
        }
    }
    closedir(folder);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (stat(argv[i], &status) == 0) {
            (S_ISDIR(status.st_mode) ? replay_folder : replay_file)(argv[i]);
        }
    }
    printf("%s: %zu inputs replayed\n", argv[0], n_replayed);
    return 0;
}
